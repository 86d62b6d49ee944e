import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Principal } from '../platform/access/principal.js';
import { followingId, idIn, publicId } from '../platform/worlds/world-ids.js';
import { AccountData, type AccountDocument, type ResealedDocument } from '../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { SEARCH_UNFINISHED_EVERY_MS } from '../platform/due-work/due-documents.js';
import { notLeasedAt } from '../platform/due-work/due-work.js';
import { matches } from '../events/event-types.js';
import { EventsService, newEvent, type PublishedEvent } from '../events/events.service.js';
import { EndpointKeys } from './endpoint-keys.service.js';
import { pauseAfter } from './retry-schedule.js';
import { TooManyWebhookEndpointsError, WebhookEndpointNotFoundError } from './webhook-errors.js';
import { newDialectSecret, newKeyMaterial } from './signing-keys.js';
import { type EndpointDialect, type SignatureVersion, WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookUrlService } from './webhook-url.service.js';
import { assertHttpUrls } from '../platform/validation/http-url.js';

export const MAX_ENDPOINTS = 50;

const HOUR_MS = 3_600_000;

/** The properties of a new endpoint. */
export interface NewEndpoint {
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly signatures: readonly SignatureVersion[];
  readonly dialect?: EndpointDialect;
}

export type EndpointChange = Partial<Omit<NewEndpoint, 'signatures'>>;

/** The attempt because of which an endpoint is disabled. */
export interface DisablingCause {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly tries: number;
}

/** An attempt that failed. */
export interface FailedAttempt {
  /** By the account's clock. */
  readonly at: Date;
  readonly disableAfterSeconds: number;
  readonly cause: DisablingCause;
}

/** An endpoint with its secret, which is shown only once; null if it is signed with ed25519 alone. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string | null;
}

@Injectable()
export class WebhookEndpointsService {
  constructor(
    @InjectModel(WebhookEndpoint.name) private readonly endpoints: Model<WebhookEndpoint>,
    private readonly keys: EndpointKeys,
    private readonly events: EventsService,
    private readonly urls: WebhookUrlService,
    runner: DueWorkRunner,
    accountData: AccountData,
  ) {
    accountData.register({
      model: endpoints,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: ['_id', 'signingKeys.id', 'disabledEventId'],
        left: ['leaseUntil'],
        most: MAX_ENDPOINTS,
        check: (endpoint) => {
          assertHttpUrls(endpoint, ['url']);
        },
        withoutKey: (document) => this.withNewKeys(document as AccountDocument & WebhookEndpoint),
      },
    });
    // Publishes events that a crash prevented; otherwise `disable` publishes them at once.
    runner.register<WebhookEndpoint>({
      name: 'webhook_endpoint.disabled',
      graceMs: 0,
      searchEveryMs: SEARCH_UNFINISHED_EVERY_MS,
      idOf: ({ _id }) => _id,
      findDue: ({ now, limit }) =>
        endpoints
          .find({ ...UNTOLD, ...notLeasedAt(now) })
          .limit(limit)
          .lean<WebhookEndpoint[]>()
          .exec(),
      dueAtOf: ({ disabledAt, createdAt }) => disabledAt ?? createdAt,
      run: (disabled) => this.tellDisabled(disabled),
      postpone: async ({ _id }, leaseUntil) => {
        await endpoints.updateOne({ _id }, { $set: { leaseUntil } });
      },
      countDue: async () => ({ count: await endpoints.countDocuments(UNTOLD), oldest: null }),
    });
  }

  /** Throws ValidationFailedError, TooManyWebhookEndpointsError. */
  async create(
    { accountId, world }: Principal,
    id: string,
    { url, description, events, enabled, signatures, dialect }: NewEndpoint,
  ): Promise<EndpointWithSecret> {
    this.urls.assertAllowed(url, 'url');
    const [made, count] = await Promise.all([
      this.endpoints.findOne({ _id: id, accountId }).lean<WebhookEndpoint>(),
      this.endpoints.countDocuments({ accountId }),
    ]);
    // The same request ran before and was not answered.
    if (made) return { endpoint: made, secret: this.keys.currentSharedSecret(made) };
    if (count >= MAX_ENDPOINTS) throw new TooManyWebhookEndpointsError(MAX_ENDPOINTS);
    const now = world.now();
    const { signingKeys, secret } = this.keys.first(id, signatures, now, dialect ? newDialectSecret : newKeyMaterial);
    const endpoint: WebhookEndpoint = {
      _id: id,
      accountId,
      url,
      description,
      events: [...events],
      enabled,
      disabledReason: null,
      disabledAt: null,
      signingKeys,
      createdAt: now,
      failingSince: null,
      pausedUntil: null,
      slowDowns: 0,
      ...(dialect && { dialect }),
    };
    await this.endpoints.create(endpoint);
    // If several requests create endpoints at the same time, those beyond the limit remove theirs again.
    if ((await this.endpoints.countDocuments({ accountId, _id: { $lte: id } })) > MAX_ENDPOINTS) {
      await this.endpoints.deleteOne({ _id: id });
      throw new TooManyWebhookEndpointsError(MAX_ENDPOINTS);
    }
    return { endpoint, secret };
  }

  list(accountId: string, page: PageRequest): Promise<Page<WebhookEndpoint>> {
    return findPage(this.endpoints, accountId, {}, page);
  }

  /** Throws WebhookEndpointNotFoundError. */
  async get(accountId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.findOne({ _id: idIn(accountId, id), accountId }).lean<WebhookEndpoint>();
    if (!endpoint) throw new WebhookEndpointNotFoundError(id);
    return endpoint;
  }

  /**
   * Enabling an endpoint also resets why it was disabled. Throws ValidationFailedError, WebhookEndpointNotFoundError.
   */
  async change(accountId: string, id: string, change: EndpointChange): Promise<WebhookEndpoint> {
    if (change.url !== undefined) this.urls.assertAllowed(change.url, 'url');
    const fresh = change.enabled === true && {
      disabledReason: null,
      disabledAt: null,
      failingSince: null,
      pausedUntil: null,
      slowDowns: 0,
    };
    const update = { $set: { ...change, ...fresh } } as { $set: Partial<WebhookEndpoint> };
    const endpoint = await this.endpoints
      .findOneAndUpdate({ _id: idIn(accountId, id), accountId }, update, { returnDocument: 'after' })
      .lean<WebhookEndpoint>();
    if (!endpoint) throw new WebhookEndpointNotFoundError(id);
    return endpoint;
  }

  /** Deletes an endpoint; its pending deliveries are not sent any more. Throws WebhookEndpointNotFoundError. */
  async delete(accountId: string, id: string): Promise<void> {
    const { deletedCount } = await this.endpoints.deleteOne({ _id: idIn(accountId, id), accountId });
    if (deletedCount === 0) throw new WebhookEndpointNotFoundError(id);
  }

  /**
   * Makes new keys with the id `keyId`. The current ones go on signing for `overlapHours`; older ones end.
   * Throws WebhookEndpointNotFoundError.
   */
  async rotateSecret(
    { accountId, world }: Principal,
    id: string,
    keyId: string,
    overlapHours: number,
  ): Promise<EndpointWithSecret & { previousValidUntil: Date }> {
    for (;;) {
      const endpoint = await this.get(accountId, id);
      const now = world.now();
      const previousValidUntil = new Date(now.getTime() + overlapHours * HOUR_MS);
      // The same request ran before and was not answered.
      if (endpoint.signingKeys.some((key) => key.id === keyId && key.expiresAt === null))
        return { endpoint, secret: this.keys.currentSharedSecret(endpoint), previousValidUntil };
      const { signingKeys, secret } = this.keys.rotated(endpoint, keyId, now, previousValidUntil);
      // Compare-and-set on the newest key: two rotations at once must not lose one of their secrets.
      const rotated = await this.endpoints
        .findOneAndUpdate(
          { _id: endpoint._id, 'signingKeys.0.sealed': endpoint.signingKeys[0]?.sealed ?? '' },
          { $set: { signingKeys } },
          { returnDocument: 'after' },
        )
        .lean<WebhookEndpoint>();
      if (rotated) return { endpoint: rotated, secret, previousValidUntil };
    }
  }

  /** The enabled endpoints of these accounts. */
  enabledOf(accountIds: readonly string[]): Promise<WebhookEndpoint[]> {
    return this.endpoints
      .find({ accountId: { $in: [...new Set(accountIds)] }, enabled: true })
      .lean<WebhookEndpoint[]>()
      .exec();
  }

  /** Those of an account that get the events of the dialect, newest first. */
  listOfDialect(accountId: string, page: PageRequest): Promise<Page<WebhookEndpoint>> {
    return findPage(this.endpoints, accountId, { dialect: { $exists: true } }, page);
  }

  findByIds(ids: readonly string[]): Promise<WebhookEndpoint[]> {
    return this.endpoints
      .find({ _id: { $in: [...new Set(ids)] } })
      .lean<WebhookEndpoint[]>()
      .exec();
  }

  /** Every shared secret of an account's endpoints that signs now. */
  async liveSharedSecrets(accountId: string, now: Date): Promise<string[]> {
    const endpoints = await this.endpoints.find({ accountId }).lean<WebhookEndpoint[]>();
    return endpoints
      .flatMap((endpoint) => this.keys.live(endpoint, now))
      .flatMap(({ version, secret }) => (version === 'v1' ? [secret] : []));
  }

  async noteSuccess({ _id, failingSince, pausedUntil }: WebhookEndpoint): Promise<void> {
    if (failingSince === null && pausedUntil === null) return;
    await this.endpoints.updateOne({ _id }, { $set: { failingSince: null, pausedUntil: null, slowDowns: 0 } });
  }

  /** Ends a pause that the receiver asked for. Throws WebhookEndpointNotFoundError. */
  async endPause(accountId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints
      .findOneAndUpdate(
        { _id: idIn(accountId, id), accountId },
        { $set: { pausedUntil: null, slowDowns: 0 } },
        { returnDocument: 'after' },
      )
      .lean<WebhookEndpoint>();
    if (!endpoint) throw new WebhookEndpointNotFoundError(id);
    return endpoint;
  }

  /** Notes a failure, and disables an endpoint that has only failed for too long. */
  async noteFailure(endpoint: WebhookEndpoint, { at, disableAfterSeconds, cause }: FailedAttempt): Promise<void> {
    if (endpoint.failingSince === null) {
      await this.endpoints.updateOne({ _id: endpoint._id, failingSince: null }, { $set: { failingSince: at } });
    } else if (at.getTime() - endpoint.failingSince.getTime() >= disableAfterSeconds * 1000) {
      await this.disable(endpoint, 'failing', at, cause);
    }
  }

  /** Pauses an endpoint that asked for fewer webhooks: for as long as it said, or for a pause that grows each time. */
  async slowDown({ _id, slowDowns = 0 }: WebhookEndpoint, at: Date, retryAfterMs: number): Promise<void> {
    const until = new Date(at.getTime() + (retryAfterMs > 0 ? retryAfterMs : pauseAfter(slowDowns)));
    // Attempts that ran at the same time count once.
    await this.endpoints.updateOne({ _id }, { $max: { pausedUntil: until, slowDowns: slowDowns + 1 } });
  }

  /** Disables an endpoint and publishes `webhook.endpoint.disabled`. */
  async disable(
    { _id, failingSince }: WebhookEndpoint,
    reason: 'failing' | 'gone',
    at: Date,
    cause: DisablingCause,
  ): Promise<void> {
    // Not if it succeeded or was enabled again since it was read.
    const disabledEventId = followingId('evt', cause.eventId, at, `${publicId(cause.deliveryId)} ${cause.tries}`);
    const stillFailing = reason === 'failing' && { failingSince };
    const disabled = await this.endpoints
      .findOneAndUpdate(
        { _id, enabled: true, ...stillFailing },
        { $set: { enabled: false, disabledReason: reason, disabledAt: at, disabledEventId } },
        { returnDocument: 'after' },
      )
      .lean<WebhookEndpoint>();
    if (disabled) await this.tellDisabled([disabled]);
  }

  /** Publishes `webhook.endpoint.disabled` of each endpoint. Safe to repeat. */
  private async tellDisabled(disabled: readonly WebhookEndpoint[]): Promise<void> {
    await this.events.publish(disabled.map(disabledEvent));
    await this.endpoints.bulkWrite(
      disabled.map(({ _id, disabledEventId }) => ({
        updateOne: {
          filter: { _id, disabledEventId: disabledEventId ?? '' },
          update: { $unset: { disabledEventId: 1 } },
        },
      })),
    );
  }

  /** The endpoint of a snapshot whose secrets cannot be opened here. */
  private withNewKeys(endpoint: AccountDocument & WebhookEndpoint): ResealedDocument {
    const { signingKeys, secret } = this.keys.replaced(endpoint);
    return { document: Object.assign({}, endpoint, { signingKeys }), secret };
  }
}

/** Endpoints whose `webhook.endpoint.disabled` event is not published yet. */
const UNTOLD = { disabledEventId: { $exists: true } } as const;

/** Whether the endpoint subscribes to this type of event. */
export function subscribes({ events }: WebhookEndpoint, type: string): boolean {
  return events.some((pattern) => matches(pattern, type));
}

function disabledEvent({
  _id,
  accountId,
  url,
  description,
  disabledReason,
  disabledAt,
  disabledEventId,
  failingSince,
}: WebhookEndpoint): PublishedEvent {
  return {
    event: newEvent({
      _id: disabledEventId ?? '',
      accountId,
      type: 'webhook.endpoint.disabled',
      data: { id: publicId(_id), url, description, enabled: false, disabledReason, disabledAt, failingSince },
      objectIds: [publicId(_id)],
      requestId: null,
    }),
    direct: null,
  };
}
