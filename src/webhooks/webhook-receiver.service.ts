import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { DomainError } from '../platform/errors/domain-error.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { compactJson, readJson } from '../platform/http/json-body.js';
import { MalformedJson } from '../platform/validation/malformed-json.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../accounts/api-keys.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { ReceivedWebhook } from './received-webhook.schema.js';
import { equalInConstantTime, signedContent, signShared, signV1 } from './sign.js';
import { sharedSecretBytes } from './signing-keys.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

/** How far a sender's clock may differ, in ms (Standard Webhooks). */
const TOLERANCE_MS = 5 * 60_000;

/** A received webhook, with the Standard Webhooks headers, the v1 header `signature`, or both. */
export interface ReceivedMessage {
  readonly apiKey: string;
  readonly body: Buffer;
  /** `X-Signature`. */
  readonly signature: string | null;
  readonly standard: { readonly id: string; readonly timestamp: string; readonly signatures: string } | null;
}

class UnknownApiKeyError extends DomainError {
  readonly code = 'api_key_invalid';
  constructor() {
    super('Invalid X-API-Key');
  }
}

class SignatureInvalidError extends DomainError {
  readonly code = 'signature_invalid';
  constructor(detail = 'Invalid webhook signature') {
    super(detail);
  }
}

class WebhookReplayedError extends DomainError {
  readonly code = 'webhook_replayed';
  constructor(id: string) {
    super(`The webhook '${id}' was received before.`);
  }
}

/** A webhook receiver to try out signatures: it verifies webhooks that the gateway or a client sends. */
@Injectable()
export class WebhookReceiverService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly apiKeys: ApiKeysService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly worlds: WorldsService,
    @InjectModel(ReceivedWebhook.name) private readonly received: Model<ReceivedWebhook>,
  ) {}

  /**
   * Verifies every signature that was sent. Throws UnknownApiKeyError, SignatureInvalidError, WebhookReplayedError.
   */
  async verify({ apiKey, body, signature, standard }: ReceivedMessage): Promise<void> {
    const owner = await this.worlds.principalOfKey(() => this.apiKeys.find(apiKey));
    if (!owner || owner.publishable) throw new UnknownApiKeyError();
    const { accountId, world } = owner;
    const secrets = await this.accounts.liveWebhookSecrets(accountId, world.now());
    if (signature !== null && !matchesV1(secrets, body, signature)) throw new SignatureInvalidError();
    if (standard === null) return;

    const now = world.settings.webhookTimestamp === 'virtual' ? world.now() : new Date();
    const age = now.getTime() - Number(standard.timestamp) * 1000;
    if (!/^\d{1,12}$/.test(standard.timestamp) || Math.abs(age) > TOLERANCE_MS)
      throw new SignatureInvalidError('The webhook-timestamp is more than 5 minutes off');
    const keys = [
      ...secrets,
      ...(await this.endpoints.liveSharedSecrets(accountId, world.now())).map(sharedSecretBytes),
    ];
    const content = signedContent(standard.id, Number(standard.timestamp), body);
    const given = standard.signatures.split(' ');
    if (!keys.some((key) => given.some((each) => equalInConstantTime(signShared(key, content), each))))
      throw new SignatureInvalidError();
    await this.acceptOnce(accountId, standard.id);
  }

  private async acceptOnce(accountId: string, id: string): Promise<void> {
    try {
      await this.received.create({ _id: `${accountId} ${id}`, expiresAt: new Date(Date.now() + 2 * TOLERANCE_MS) });
    } catch (error) {
      throw isDuplicateKey(error) ? new WebhookReplayedError(id) : error;
    }
  }
}

/**
 * Verifies against the raw bytes, and against the compact JSON, which some clients sign while they send other white
 * space.
 */
function matchesV1(secrets: readonly string[], body: Buffer, signature: string): boolean {
  const forms = readJson(body) instanceof MalformedJson ? [body] : [body, compactJson(body.toString('utf8'))];
  return secrets
    .flatMap((secret) => forms.map((form) => equalInConstantTime(signV1(secret, form), signature)))
    .includes(true);
}
