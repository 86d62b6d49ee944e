import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { fractionOf, publicId } from '../platform/worlds/world-ids.js';
import type { World } from '../platform/worlds/world.js';
import { meaningOf } from './answer-meaning.js';
import { DeliveriesService, type LeasedDelivery } from './deliveries.service.js';
import { directHeaders, endpointHeaders } from './delivery-headers.js';
import { EndpointKeys } from './endpoint-keys.service.js';
import { nextAttemptAt } from './retry-schedule.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { type AttemptResult, WebhookSender } from './webhook-sender.js';
import { WebhookUrlService } from './webhook-url.service.js';

/** Leases of a sandbox's deliveries are short, so that its clock does not wait long after a crash, and are renewed. */
export const SANDBOX_LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

/** The URL and headers of an attempt, or why it is not made. */
type Destination =
  { readonly url: string; readonly headers: Readonly<Record<string, string>> } | { readonly refusal: string };

/** An attempt that is being made. */
interface OpenAttempt {
  readonly delivery: LeasedDelivery;
  readonly endpoint: WebhookEndpoint | null;
  readonly world: World;
  /** When it began, by the account's clock. */
  readonly at: Date;
}

/** What came of an attempt, with how long it took, in ms. */
type TimedResult = AttemptResult & { readonly ms: number };

/** Makes single attempts: sends, records what came of it, and plans the next one. */
@Injectable()
export class WebhookAttempts {
  private readonly sender: WebhookSender;

  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly keys: EndpointKeys,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    urls: WebhookUrlService,
  ) {
    this.sender = new WebhookSender(urls.policy);
  }

  async close(): Promise<void> {
    await this.sender.close();
  }

  /**
   * Attempts a leased delivery. Returns whether the receiver answered; null if nothing was sent.
   *
   * @param stopping ends the attempt, and then its lease
   */
  async make(
    delivery: LeasedDelivery,
    endpoint: WebhookEndpoint | null,
    stopping: AbortSignal,
  ): Promise<boolean | null> {
    const world = await this.worlds.of(delivery.accountId);
    // The delivery is gone with its world.
    if (!world) return null;
    const stopRenewing = world.id === '' ? null : this.keepLease(delivery);
    try {
      return await this.attempt({ delivery, endpoint, world, at: world.now() }, stopping);
    } finally {
      stopRenewing?.();
    }
  }

  private async attempt(open: OpenAttempt, stopping: AbortSignal): Promise<boolean | null> {
    const { delivery, endpoint, world, at } = open;
    if (endpoint?.pausedUntil && endpoint.pausedUntil > at && !delivery.atOnce) {
      await this.release(open, endpoint.pausedUntil);
      return null;
    }
    const destination = await this.destinationOf(open);
    if ('refusal' in destination) {
      const attempt = { at, ms: 0, status: null, error: destination.refusal, response: '' };
      await this.deliveries.record(delivery, { url: delivery.url, attempt, status: 'failed', retryAt: null });
      return null;
    }
    const { url, headers } = destination;
    const began = performance.now();
    const limits = { timeoutMs: world.settings.webhookTimeoutMs, aborted: stopping };
    const result = await this.sender.send(url, headers, delivery.body, limits);
    if (result.status === null && stopping.aborted) {
      await this.deliveries.release(delivery, delivery.dueAt);
      return null;
    }
    await this.conclude(open, url, { ...result, ms: Math.round(performance.now() - began) });
    return result.status !== null;
  }

  private keepLease(delivery: LeasedDelivery): () => void {
    const timer = setInterval(() => {
      // If it fails, the lease ends, and another attempt is made.
      this.deliveries.renewLease(delivery, new Date(Date.now() + SANDBOX_LEASE_MS)).catch(() => undefined);
    }, RENEW_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }

  /** Ends the lease of a delivery to a paused endpoint. If the pause was ended meanwhile, the delivery is due at once. */
  private async release({ delivery, world }: OpenAttempt, pausedUntil: Date): Promise<void> {
    await this.deliveries.release(delivery, pausedUntil);
    const [endpoint] = await this.endpoints.findByIds([delivery.endpointId ?? '']);
    if (endpoint?.pausedUntil === null) await this.deliveries.makeDueBefore(delivery, pausedUntil, world.now());
  }

  /** Records an attempt, and updates the endpoint by the answer. */
  private async conclude(
    { delivery, endpoint, world, at }: OpenAttempt,
    url: string,
    { status, error, response, retryAfter, ms }: TimedResult,
  ): Promise<void> {
    const ended = world.now();
    const { webhookRetrySchedule, webhookDisableAfterSeconds } = world.settings;
    // A date in Retry-After is one of the receiver's clock, which is real.
    const meaning = meaningOf({ status, error, retryAfter }, new Date());
    const { _id: deliveryId, eventId, tries } = delivery;
    const scheduled =
      meaning.delivered || meaning.gone
        ? null
        : nextAttemptAt(webhookRetrySchedule, tries + 1, ended, fractionOf(`${publicId(deliveryId)} ${tries}`));
    const retryAt = scheduled && new Date(Math.max(scheduled.getTime(), ended.getTime() + meaning.retryAfterMs));
    const outcome = meaning.delivered ? 'succeeded' : retryAt ? 'pending' : 'failed';
    await this.deliveries.record(delivery, {
      url,
      attempt: { at, ms, status, error, response },
      status: outcome,
      retryAt,
    });
    if (!endpoint) return;
    const cause = { deliveryId, eventId, tries };
    if (meaning.delivered) await this.endpoints.noteSuccess(endpoint);
    else if (meaning.gone) await this.endpoints.disable(endpoint, 'gone', ended, cause);
    else
      await this.endpoints.noteFailure(endpoint, { at: ended, disableAfterSeconds: webhookDisableAfterSeconds, cause });
    if (meaning.slowDown) await this.endpoints.slowDown(endpoint, ended, meaning.retryAfterMs);
  }

  private async destinationOf({ delivery, endpoint, world, at }: OpenAttempt): Promise<Destination> {
    const { accountId, endpointId, eventId, url, body } = delivery;
    const sentAt = world.settings.webhookTimestamp === 'virtual' ? at : new Date();
    const message = { id: publicId(eventId), body, at: sentAt };
    const secrets = await this.accounts.liveWebhookSecrets(accountId, at);
    if (secrets.length === 0) return { refusal: 'The account was deleted' };
    if (endpointId === null) return { url, headers: directHeaders(message, secrets) };
    if (!endpoint) return { refusal: 'The endpoint was deleted' };
    if (!endpoint.enabled) return { refusal: 'The endpoint is disabled' };
    return { url: endpoint.url, headers: endpointHeaders(message, this.keys.live(endpoint, at)) };
  }
}
