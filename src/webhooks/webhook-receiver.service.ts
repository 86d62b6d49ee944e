import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { compactJson, MalformedJson, readJson } from '../common/json-body.js';
import { AccountsService } from '../users/accounts.service.js';
import { equalInConstantTime, signV1 } from './sign.js';

class UnknownApiKeyError extends DomainError {
  readonly code = 'api_key_invalid';
  constructor() {
    super('Invalid X-API-Key');
  }
}

class SignatureInvalidError extends DomainError {
  readonly code = 'signature_invalid';
  constructor() {
    super('Invalid webhook signature');
  }
}

/** A receiver of webhooks, for trying out: it verifies what the gateway, or a client in its manner, sends. */
@Injectable()
export class WebhookReceiverService {
  constructor(private readonly accounts: AccountsService) {}

  /** Throws UnknownApiKeyError, SignatureInvalidError. */
  async verify(apiKey: string, signature: string, body: Buffer): Promise<void> {
    const account = await this.accounts.findByApiKey(apiKey);
    if (!account) throw new UnknownApiKeyError();
    const secrets = await this.accounts.liveWebhookSecrets(account._id, new Date());
    // Some clients sign the compact form and send another spacing.
    const forms = readJson(body) instanceof MalformedJson ? [body] : [body, compactJson(body.toString('utf8'))];
    const matches = secrets.flatMap((secret) => forms.map((form) => equalInConstantTime(signV1(secret, form), signature)));
    if (!matches.includes(true)) throw new SignatureInvalidError();
  }
}
