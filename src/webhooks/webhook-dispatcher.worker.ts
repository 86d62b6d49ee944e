import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { Config } from '../platform/config/config.js';
import { EventsService, type PublishedEvent } from '../events/events.service.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { meaningOf } from './answer-meaning.js';
import { DeliveriesService, type Lease, type LeasedDelivery } from './deliveries.service.js';
import { directHeaders, endpointHeaders } from './delivery-headers.js';
import { DeliveryPlaces, type PlaceTaken } from './delivery-places.js';
import type { Delivery } from './delivery.schema.js';
import { nextAttemptAt } from './retry-schedule.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookUrlService } from './webhook-url.service.js';
import { type AttemptResult, WebhookSender } from './webhook-sender.js';

/** How much longer a lease lasts than its attempt may take, in ms. */
const LEASE_MARGIN_MS = 5_000;

/** How many deliveries wait in memory for a place, in all and to one target; the others wait in the database. */
const MAX_WAITING = 1_000;
const MAX_WAITING_PER_TARGET = 16;

/** The same for a target that answered its latest attempt, which will take them quickly. */
const MAX_WAITING_PER_PROVEN_TARGET = 250;

/** How often another batch is read because the last one had deliveries without a free place. */
const MAX_LOOKS = 5;

/** How long running attempts may continue when the process stops, in ms. */
const GRACE_MS = 3_000;

/** The URL and headers of an attempt, or why it is not made. */
type Destination =
  { readonly url: string; readonly headers: Readonly<Record<string, string>> } | { readonly refusal: string };

/** Sends due deliveries. Any number of processes can do so on one database. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WebhookDispatcher.name);
  private readonly processId = randomUUID();
  private readonly sender: WebhookSender;
  private readonly places = new DeliveryPlaces();
  private readonly work: RegisteredWork<Delivery>;
  /** Leased deliveries, sent as soon as there is a place. */
  private waiting: LeasedDelivery[] = [];
  /** True if the database may hold more due deliveries, for which there was no place. */
  private hasBacklog = false;
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private isStopping = false;

  constructor(
    private readonly config: Config,
    private readonly deliveries: DeliveriesService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly accounts: AccountsService,
    private readonly events: EventsService,
    urls: WebhookUrlService,
    runner: DueWorkRunner,
  ) {
    this.sender = new WebhookSender(urls.policy, config.WEBHOOK_TIMEOUT_MS);
    this.work = runner.register<Delivery>({
      name: 'webhook.attempt',
      graceMs: 0,
      idOf: ({ _id }) => _id,
      capacity: () => this.places.free,
      findDue: (until, now, limit) => this.takeDue(until, now, limit),
      run: (deliveries) => this.send(deliveries as readonly LeasedDelivery[]),
      postpone: (delivery, until) => this.deliveries.postpone(delivery, until),
      countDue: (now) => this.deliveries.countDue(now),
    });
  }

  onApplicationBootstrap(): void {
    this.events.subscribe((published) => this.plan(published));
  }

  /** Lets running attempts finish for a while, then ends their leases. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const unsent = this.waiting;
    this.waiting = [];
    await Promise.all(unsent.map((delivery) => this.deliveries.release(delivery, delivery.dueAt)));
    const grace = setTimeout(() => {
      this.stopping.abort();
    }, GRACE_MS);
    while (this.running.size > 0) await Promise.all(this.running);
    clearTimeout(grace);
    await this.sender.close();
  }

  /** Looks for due deliveries soon. */
  wake(): void {
    this.work.wake();
  }

  /** Plans the deliveries of events, and sends at once as many as there is room for. */
  private async plan(published: readonly PublishedEvent[]): Promise<void> {
    const now = new Date();
    const [firstWaitSeconds = 0] = this.config.webhookRetrySchedule;
    const dueAt = new Date(now.getTime() + firstWaitSeconds * 1000);
    const lease = this.newLease(now);
    const waitingFor = new Map<string, number>();
    for (const { target } of this.waiting) waitingFor.set(target, (waitingFor.get(target) ?? 0) + 1);
    let room = this.isStopping || firstWaitSeconds > 0 ? 0 : MAX_WAITING - this.waiting.length;
    const planned = await this.deliveries.plan(published, now, dueAt, ({ target }) => {
      const waiting = waitingFor.get(target) ?? 0;
      if (room <= 0 || this.places.isSilent(target)) return null;
      if (waiting >= (this.places.isProven(target) ? MAX_WAITING_PER_PROVEN_TARGET : MAX_WAITING_PER_TARGET))
        return null;
      room -= 1;
      waitingFor.set(target, waiting + 1);
      return lease;
    });
    const leased = planned.filter((delivery): delivery is LeasedDelivery => delivery.leasedBy !== undefined);
    if (leased.length < planned.length && firstWaitSeconds === 0) this.hasBacklog = true;
    this.waiting.push(...leased);
    await this.sendWaiting();
  }

  private newLease(now: Date): Lease {
    return {
      leasedBy: this.processId,
      leaseUntil: new Date(now.getTime() + this.config.WEBHOOK_TIMEOUT_MS + LEASE_MARGIN_MS),
    };
  }

  /** Leases due deliveries that have a place; skips the others. */
  private async takeDue(until: Date, now: Date, limit: number): Promise<LeasedDelivery[]> {
    const taken: Delivery[] = [];
    this.hasBacklog = false;
    const counted = new Map<string, PlaceTaken>();
    for (let look = 0; look < MAX_LOOKS && taken.length < limit; look += 1) {
      const wanted = limit - taken.length;
      const due = await this.deliveries.findDue(until, now, wanted, this.withPlaces([...counted.keys()]));
      for (const delivery of due) {
        const place = this.places.take(delivery);
        if (!place) continue;
        counted.set(delivery._id, place);
        taken.push(delivery);
      }
      if (due.length < wanted) break;
      this.hasBacklog = true;
    }
    // Only counted here; each is taken again when it is sent.
    for (const place of counted.values()) place.giveBack(null);
    return this.deliveries.lease(taken, this.newLease(now));
  }

  private withPlaces(exceptIds: readonly string[]): QueryFilter<Delivery> {
    const { accounts, targets } = this.places.full;
    return {
      ...(exceptIds.length > 0 && { _id: { $nin: [...exceptIds] } }),
      ...(accounts.length > 0 && { accountId: { $nin: accounts } }),
      ...((targets.length > 0 || this.places.isUnprovenFull) && {
        target: {
          ...(targets.length > 0 && { $nin: targets }),
          ...(this.places.isUnprovenFull && { $in: this.places.provenTargets }),
        },
      }),
    };
  }

  private async send(deliveries: readonly LeasedDelivery[]): Promise<void> {
    this.waiting.push(...deliveries);
    await this.sendWaiting();
  }

  /** Begins an attempt of each waiting delivery that has a place. */
  private async sendWaiting(): Promise<void> {
    const admitted: { delivery: LeasedDelivery; place: PlaceTaken }[] = [];
    // A lease that would end during the attempt is dropped; another dispatcher takes the delivery.
    const latest = Date.now() + this.config.WEBHOOK_TIMEOUT_MS;
    this.waiting = this.waiting.filter((delivery) => {
      if (delivery.leaseUntil.getTime() <= latest) return false;
      const place = this.places.take(delivery);
      if (place) admitted.push({ delivery, place });
      return !place;
    });
    if (admitted.length === 0) return;
    try {
      const endpoints = await this.endpointsOf(admitted.map(({ delivery }) => delivery));
      for (const { delivery, place } of admitted)
        this.begin(delivery, endpoints.get(delivery.endpointId ?? '') ?? null, place);
    } catch (error) {
      for (const { place } of admitted) place.giveBack(null);
      throw error;
    }
  }

  private async endpointsOf(deliveries: readonly LeasedDelivery[]): Promise<Map<string, WebhookEndpoint>> {
    const ids = deliveries.flatMap(({ endpointId }) => (endpointId === null ? [] : [endpointId]));
    const endpoints = ids.length === 0 ? [] : await this.endpoints.findByIds(ids);
    return new Map(endpoints.map((endpoint) => [endpoint._id, endpoint]));
  }

  private begin(delivery: LeasedDelivery, endpoint: WebhookEndpoint | null, place: PlaceTaken): void {
    const attempt = this.attempt(delivery, endpoint)
      .catch((error: unknown): null => {
        // Its lease ends by itself, and then it is tried again.
        this.logger.error(error);
        return null;
      })
      .then((hasAnswered) => {
        place.giveBack(hasAnswered);
        this.running.delete(attempt);
        return this.afterAttempt();
      });
    this.running.add(attempt);
  }

  private async afterAttempt(): Promise<void> {
    if (this.isStopping) return;
    if (this.waiting.length > 0)
      await this.sendWaiting().catch((error: unknown) => {
        this.logger.error(error);
      });
    if (this.hasBacklog) this.work.wake();
  }

  /** Returns whether the receiver answered; null if nothing was sent. */
  private async attempt(delivery: LeasedDelivery, endpoint: WebhookEndpoint | null): Promise<boolean | null> {
    const at = new Date();
    if (endpoint?.pausedUntil && endpoint.pausedUntil > at && !delivery.atOnce) {
      await this.release(delivery, endpoint.pausedUntil);
      return null;
    }
    const destination = await this.destinationOf(delivery, endpoint, at);
    if ('refusal' in destination) {
      const attempt = { at, ms: 0, status: null, error: destination.refusal, response: '' };
      await this.deliveries.record(delivery, { url: delivery.url, attempt, status: 'failed', retryAt: null });
      return null;
    }
    const { url, headers } = destination;
    const result = await this.sender.send(url, headers, delivery.body, this.stopping.signal);
    if (result.status === null && this.stopping.signal.aborted) {
      await this.deliveries.release(delivery, new Date());
      return null;
    }
    await this.conclude(delivery, endpoint, url, at, result);
    return result.status !== null;
  }

  /** Ends the lease of a delivery to a paused endpoint. If the pause was ended meanwhile, the delivery is due at once. */
  private async release(delivery: LeasedDelivery, pausedUntil: Date): Promise<void> {
    await this.deliveries.release(delivery, pausedUntil);
    const [endpoint] = await this.endpoints.findByIds([delivery.endpointId ?? '']);
    if (endpoint?.pausedUntil !== null) return;
    await this.deliveries.makeDueBefore(delivery, pausedUntil, new Date());
    this.work.wake();
  }

  /** Records an attempt, and updates the endpoint by the answer. */
  private async conclude(
    delivery: LeasedDelivery,
    endpoint: WebhookEndpoint | null,
    url: string,
    at: Date,
    { status, error, response, retryAfter }: AttemptResult,
  ): Promise<void> {
    const ended = new Date();
    const meaning = meaningOf({ status, error, retryAfter }, ended);
    const scheduled =
      meaning.delivered || meaning.gone
        ? null
        : nextAttemptAt(this.config.webhookRetrySchedule, delivery.tries + 1, ended, Math.random());
    const retryAt = scheduled && new Date(Math.max(scheduled.getTime(), ended.getTime() + meaning.retryAfterMs));
    const outcome = meaning.delivered ? 'succeeded' : retryAt ? 'pending' : 'failed';
    await this.deliveries.record(delivery, {
      url,
      attempt: { at, ms: ended.getTime() - at.getTime(), status, error, response },
      status: outcome,
      retryAt,
    });
    if (!endpoint) return;
    if (meaning.delivered) await this.endpoints.noteSuccess(endpoint);
    else if (meaning.gone) await this.endpoints.disable(endpoint, 'gone', ended);
    else await this.endpoints.noteFailure(endpoint, ended);
    if (meaning.slowDown) await this.endpoints.slowDown(endpoint, ended, meaning.retryAfterMs);
  }

  private async destinationOf(
    { accountId, endpointId, eventId, url, body }: LeasedDelivery,
    endpoint: WebhookEndpoint | null,
    at: Date,
  ): Promise<Destination> {
    const message = { id: eventId, body, at };
    const secrets = await this.accounts.liveWebhookSecrets(accountId, at);
    if (secrets.length === 0) return { refusal: 'The account was deleted' };
    if (endpointId === null) return { url, headers: directHeaders(message, secrets) };
    if (!endpoint) return { refusal: 'The endpoint was deleted' };
    if (!endpoint.enabled) return { refusal: 'The endpoint is disabled' };
    return { url: endpoint.url, headers: endpointHeaders(message, this.endpoints.liveKeys(endpoint, at)) };
  }
}
