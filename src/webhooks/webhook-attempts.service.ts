import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { fractionOf, publicId } from '../platform/worlds/world-ids.js';
import type { World } from '../platform/worlds/world.js';
import { alterMessage, sameSecret, type SignAt, slowly } from './altered-attempt.js';
import { meaningOf } from './answer-meaning.js';
import { type AlteredAttempt, AttemptHooks } from './attempt-hooks.service.js';
import { DeliveriesService, type LeasedDelivery } from './deliveries.service.js';
import { directHeaders, endpointHeaders } from './delivery-headers.js';
import { DeliveryHolds } from './delivery-holds.service.js';
import { EndpointKeys } from './endpoint-keys.service.js';
import { nextAttemptAt } from './retry-schedule.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { type AttemptResult, type SendLimits, WebhookSender } from './webhook-sender.js';
import { WebhookUrlService } from './webhook-url.service.js';

/** Leases of a sandbox's deliveries are short, so that its clock does not wait long after a crash, and are renewed. */
export const SANDBOX_LEASE_MS = 10_000;
const RENEW_EVERY_MS = 3_000;

/** The URL and headers of an attempt, or why it is not made. */
type Destination =
  { readonly url: string; readonly sign: SignAt; readonly hasFaults: boolean } | { readonly refusal: string };

/**
 * What came of an attempt: the receiver answered or did not, nothing was sent and that is final, or the delivery waits
 * for another time.
 */
export type Made = 'answered' | 'unanswered' | 'refused' | 'put_off';

/** An attempt that is being made. */
interface OpenAttempt {
  readonly delivery: LeasedDelivery;
  readonly endpoint: WebhookEndpoint | null;
  readonly world: World;
  /** When it began, by the account's clock. */
  readonly at: Date;
}

/** What came of an attempt, with how long it took, in ms, and the fault that changed it. */
type TimedResult = AttemptResult & { readonly ms: number; readonly fault?: string };

interface AlteredSending {
  readonly url: string;
  readonly sign: SignAt;
  readonly altered: AlteredAttempt;
  readonly limits: SendLimits;
}

/** The fault that held the delivery until this attempt. */
function heldBy({ held, tries }: LeasedDelivery): string | undefined {
  return held?.tries === tries ? held.fault : undefined;
}

/** Makes single attempts: sends, records what came of it, and plans the next one. */
@Injectable()
export class WebhookAttempts {
  private readonly sender: WebhookSender;
  /** Looks soon for deliveries of an account; the dispatcher sets it. */
  onMoreDue: (world: World) => void = () => undefined;

  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly keys: EndpointKeys,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    private readonly hooks: AttemptHooks,
    private readonly holds: DeliveryHolds,
    urls: WebhookUrlService,
  ) {
    this.sender = new WebhookSender(urls.policy);
  }

  async close(): Promise<void> {
    await this.sender.close();
  }

  /**
   * Attempts a leased delivery.
   *
   * @param stopping ends the attempt, and then its lease
   */
  async make(delivery: LeasedDelivery, endpoint: WebhookEndpoint | null, stopping: AbortSignal): Promise<Made> {
    const world = await this.worlds.of(delivery.accountId);
    // The delivery is gone with its world.
    if (!world) return 'put_off';
    const stopRenewing = world.id === '' ? null : this.keepLease(delivery);
    try {
      return await this.attempt({ delivery, endpoint, world, at: world.now() }, stopping);
    } finally {
      stopRenewing?.();
    }
  }

  private async attempt(open: OpenAttempt, stopping: AbortSignal): Promise<Made> {
    const { delivery, endpoint, world, at } = open;
    if (endpoint?.pausedUntil && endpoint.pausedUntil > at && !delivery.atOnce) {
      await this.release(open, endpoint.pausedUntil);
      return 'put_off';
    }
    const destination = await this.destinationOf(open);
    if ('refusal' in destination) {
      const attempt = { at, ms: 0, status: null, error: destination.refusal, response: '' };
      await this.deliveries.record(delivery, { url: delivery.url, attempt, status: 'failed', retryAt: null });
      return 'refused';
    }
    const { url, sign, hasFaults } = destination;
    const altered = hasFaults ? await this.hooks.alter(delivery, world) : null;
    if (altered?.how.kind === 'hold') {
      await this.hold(open, altered.fault, altered.how);
      return 'put_off';
    }
    const began = performance.now();
    const limits = { timeoutMs: world.settings.webhookTimeoutMs, aborted: stopping };
    const result = altered
      ? await this.sendAltered(open, { url, sign, altered, limits })
      : await this.sender.send(url, sign(0, sameSecret), delivery.body, limits);
    if (result.status === null && stopping.aborted) {
      await this.deliveries.release(delivery, delivery.dueAt);
      return 'put_off';
    }
    const fault = altered?.fault ?? heldBy(delivery);
    // What a fault did says nothing about the endpoint.
    const concluded = altered ? { ...open, endpoint: null } : open;
    await this.conclude(concluded, url, {
      ...result,
      ms: Math.round(performance.now() - began),
      ...(fault && { fault }),
    });
    // In a sandbox no time passes by itself that would end what a deleted fault held.
    if ((hasFaults || world.id !== '') && (await this.holds.end(delivery, world.now())) > 0) this.onMoreDue(world);
    return result.status === null ? 'unanswered' : 'answered';
  }

  /** Leaves a delivery for later. If it waits for a later one that was sent meanwhile, it is due at once. */
  private async hold(
    { delivery, world }: OpenAttempt,
    fault: string,
    { until, forNext }: { readonly until: Date; readonly forNext: boolean },
  ): Promise<void> {
    await this.holds.hold(delivery, until, { fault, tries: delivery.tries, forNext });
    if (!forNext || !(await this.holds.hasSentLater(delivery))) return;
    await this.deliveries.makeDueBefore(delivery, until, world.now());
    this.onMoreDue(world);
  }

  /** Sends as a fault wants it. */
  private async sendAltered(
    { delivery }: OpenAttempt,
    { url, sign, altered: { fault, how }, limits }: AlteredSending,
  ): Promise<AttemptResult> {
    if (how.kind === 'drop')
      return { status: null, error: `Not sent: dropped by the fault ${fault}`, response: '', retryAfter: null };
    const stopRenewing = this.keepLease(delivery);
    try {
      const { headers, body } = alterMessage(how, sign, delivery.body);
      if (how.kind === 'slow') {
        const length = { 'content-length': String(Buffer.byteLength(body)) };
        const stream = Readable.from(slowly(body, how.ms, limits.aborted), { objectMode: false });
        return await this.sender.send(url, { ...headers, ...length }, stream, limits);
      }
      const first = await this.sender.send(url, headers, body, limits);
      // What the receiver says to the others changes nothing: the first was the one that had to arrive.
      for (let copy = 1; how.kind === 'repeat' && copy < how.count; copy += 1)
        await this.sender.send(url, headers, body, limits);
      return first;
    } finally {
      stopRenewing();
    }
  }

  private keepLease(delivery: LeasedDelivery): () => void {
    let held: LeasedDelivery | null = delivery;
    const renew = async (): Promise<void> => {
      held &&= await this.deliveries.renewLease(held, new Date(Date.now() + SANDBOX_LEASE_MS));
    };
    const timer = setInterval(() => {
      // If it fails, the lease ends, and another attempt is made.
      renew().catch(() => undefined);
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
    { status, error, response, retryAfter, ms, fault }: TimedResult,
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
      attempt: { at, ms, status, error, response, ...(fault !== undefined && { fault }) },
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
    const messageAt = (agoMs: number) => ({
      id: publicId(eventId),
      body,
      at: new Date(sentAt.getTime() - agoMs),
    });
    const { secrets, hasFaults } = await this.accounts.webhookSigner(accountId, at);
    if (secrets.length === 0) return { refusal: 'The account was deleted' };
    if (endpointId === null) {
      const sign: SignAt = (agoMs, secretOf) => directHeaders(messageAt(agoMs), secrets.map(secretOf));
      return { url, sign, hasFaults };
    }
    if (!endpoint) return { refusal: 'The endpoint was deleted' };
    if (!endpoint.enabled) return { refusal: 'The endpoint is disabled' };
    const keys = this.keys.live(endpoint, at);
    const sign: SignAt = (agoMs, secretOf) =>
      endpointHeaders(
        messageAt(agoMs),
        keys.map(({ version, secret }) => ({ version, secret: secretOf(secret) })),
        endpoint.dialect !== undefined,
      );
    return { url: endpoint.url, sign, hasFaults };
  }
}
