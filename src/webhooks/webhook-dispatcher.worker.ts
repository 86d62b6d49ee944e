import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BackgroundWorker } from '../common/background-worker.js';
import { Config } from '../config/config.js';
import { EventsService } from '../events/events.service.js';
import { AccountsService } from '../users/accounts.service.js';
import { meaningOf } from './answer-meaning.js';
import { DeliveriesService, type PendingDelivery } from './deliveries.service.js';
import { directHeaders, endpointHeaders } from './delivery-headers.js';
import { nextAttemptAt } from './retry-schedule.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';
import { WebhookUrlService } from './webhook-url.service.js';
import { WebhookSender } from './webhook-sender.js';

/** Attempts that one process makes at once: in all, and to one target, so that a slow one delays nobody else. */
const CONCURRENCY = 128;
const CONCURRENCY_PER_TARGET = 16;

/** The same for a target that gave no answer at all of late, so that many dead ones do not take every place. */
const CONCURRENCY_PER_SILENT_TARGET = 2;

const IDLE_MS = 500;

/** A lease outlives the attempt that it is for by this much. */
const LEASE_MARGIN_MS = 10_000;

/** How long attempts that run may go on when the process stops. */
const GRACE_MS = 3000;

/** Where a delivery goes now and with which headers, or why it goes nowhere. */
type Destination = { readonly url: string; readonly headers: Readonly<Record<string, string>> } | { readonly refusal: string };

/** Sends what is due. Any number of processes may do so on one database. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WebhookDispatcher.name);
  private readonly worker = new BackgroundWorker('webhook-dispatcher', () => this.step(), IDLE_MS, (error) => {
    this.logger.error(error);
  });
  private readonly sender: WebhookSender;
  private readonly running = new Set<Promise<void>>();
  private readonly runningByTarget = new Map<string, number>();
  private readonly silentTargets = new Set<string>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly deliveries: DeliveriesService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly accounts: AccountsService,
    private readonly events: EventsService,
    urls: WebhookUrlService,
  ) {
    this.sender = new WebhookSender(urls.policy, config.WEBHOOK_TIMEOUT_MS, CONCURRENCY_PER_TARGET);
  }

  get healthy(): boolean {
    return this.worker.healthy;
  }

  onApplicationBootstrap(): void {
    this.events.subscribe(async (published) => {
      if ((await this.deliveries.plan(published, new Date())) > 0) this.wake();
    });
    this.worker.start();
  }

  /** Lets attempts that run finish for a while, then gives their leases back. */
  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
    const grace = setTimeout(() => {
      this.stopping.abort();
    }, GRACE_MS);
    await Promise.all(this.running);
    clearTimeout(grace);
    await this.sender.close();
  }

  /** Soon: there is something to send. */
  wake(): void {
    this.worker.wake();
  }

  private async step(): Promise<boolean | Date | null> {
    await this.endpoints.relayDisabled();
    const room = CONCURRENCY - this.running.size;
    // Each attempt that ends wakes the worker.
    if (room === 0) return null;
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + this.config.WEBHOOK_TIMEOUT_MS + LEASE_MARGIN_MS);
    const leased = await this.deliveries.lease(now, leaseUntil, room, this.busyTargets(), this.admission());
    const endpoints = await this.endpointsOf(leased);
    for (const delivery of leased) this.run(delivery, endpoints.get(delivery.endpointId ?? '') ?? null);
    return leased.length > 0 || (await this.deliveries.nextDueAt(this.busyTargets()));
  }

  private busyTargets(): string[] {
    return [...this.runningByTarget].filter(([target, running]) => running >= this.placesOf(target)).map(([target]) => target);
  }

  /** Lets as many of a batch pass as their targets have places for. */
  private admission(): (delivery: { readonly target: string }) => boolean {
    const taken = new Map(this.runningByTarget);
    return ({ target }) => {
      const running = taken.get(target) ?? 0;
      taken.set(target, running + 1);
      return running < this.placesOf(target);
    };
  }

  private placesOf(target: string): number {
    return this.silentTargets.has(target) ? CONCURRENCY_PER_SILENT_TARGET : CONCURRENCY_PER_TARGET;
  }

  private count(target: string, change: 1 | -1): void {
    const running = (this.runningByTarget.get(target) ?? 0) + change;
    if (running === 0) this.runningByTarget.delete(target);
    else this.runningByTarget.set(target, running);
  }

  private async endpointsOf(deliveries: readonly PendingDelivery[]): Promise<Map<string, WebhookEndpoint>> {
    const ids = deliveries.flatMap(({ endpointId }) => (endpointId === null ? [] : [endpointId]));
    const endpoints = ids.length === 0 ? [] : await this.endpoints.findByIds(ids);
    return new Map(endpoints.map((endpoint) => [endpoint._id, endpoint]));
  }

  private run(delivery: PendingDelivery, endpoint: WebhookEndpoint | null): void {
    this.count(delivery.target, 1);
    const attempt = this.attempt(delivery, endpoint)
      .catch((error: unknown) => {
        // Its lease ends by itself, and then it is tried again.
        this.logger.error(error);
      })
      .finally(() => {
        this.count(delivery.target, -1);
        this.running.delete(attempt);
        this.wake();
      });
    this.running.add(attempt);
  }

  private async attempt(delivery: PendingDelivery, endpoint: WebhookEndpoint | null): Promise<void> {
    const at = new Date();
    if (endpoint?.pausedUntil && endpoint.pausedUntil > at) {
      await this.deliveries.release(delivery, endpoint.pausedUntil);
      return;
    }
    const destination = await this.destinationOf(delivery, endpoint, at);
    if ('refusal' in destination) {
      await this.deliveries.record(delivery, delivery.url, { at, ms: 0, status: null, error: destination.refusal, response: '' }, 'failed', null);
      return;
    }
    const { url, headers } = destination;
    const { status, error, response, retryAfter } = await this.sender.send(url, headers, delivery.body, this.stopping.signal);
    if (status === null && this.stopping.signal.aborted) {
      await this.deliveries.release(delivery, new Date());
      return;
    }
    if (status === null) this.silentTargets.add(delivery.target);
    else this.silentTargets.delete(delivery.target);
    const ended = new Date();
    const meaning = meaningOf({ status, error, retryAfter }, ended);
    const scheduled = meaning.delivered || meaning.gone ? null : nextAttemptAt(this.config.webhookRetrySchedule, delivery.tries + 1, ended, Math.random());
    const retryAt = scheduled && new Date(Math.max(scheduled.getTime(), ended.getTime() + meaning.retryAfterMs));
    const outcome = meaning.delivered ? 'succeeded' : retryAt ? 'pending' : 'failed';
    await this.deliveries.record(delivery, url, { at, ms: ended.getTime() - at.getTime(), status, error, response }, outcome, retryAt);
    if (!endpoint) return;
    if (meaning.delivered) await this.endpoints.noteSuccess(endpoint);
    else if (meaning.gone) await this.endpoints.disable(endpoint, 'gone', ended);
    else await this.endpoints.noteFailure(endpoint, ended);
    if (meaning.slowDown) await this.endpoints.pause(endpoint, retryAt ?? new Date(ended.getTime() + meaning.retryAfterMs));
  }

  private async destinationOf({ accountId, endpointId, eventId, url, body }: PendingDelivery, endpoint: WebhookEndpoint | null, at: Date): Promise<Destination> {
    const message = { id: eventId, body, at };
    if (endpointId === null) {
      const secrets = await this.accounts.liveWebhookSecrets(accountId, at);
      return secrets.length === 0 ? { refusal: 'The account was deleted' } : { url, headers: directHeaders(message, secrets) };
    }
    if (!endpoint) return { refusal: 'The endpoint was deleted' };
    if (!endpoint.enabled) return { refusal: 'The endpoint is disabled' };
    return { url: endpoint.url, headers: endpointHeaders(message, this.endpoints.liveKeys(endpoint, at)) };
  }
}
