import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BackgroundWorker } from '../common/background-worker.js';
import { Config } from '../config/config.js';
import { EventsService } from '../events/events.service.js';
import { AccountsService } from '../users/accounts.service.js';
import { DeliveriesService, type PendingDelivery } from './deliveries.service.js';
import { nextAttemptAt } from './retry-schedule.js';
import { signStandard, signV1 } from './sign.js';
import { WebhookSender } from './webhook-sender.js';

const CONCURRENCY = 32;
const IDLE_MS = 500;

/** A lease outlives the attempt that it is for by this much. */
const LEASE_MARGIN_MS = 10_000;

/** How long attempts that run may go on when the process stops. */
const GRACE_MS = 3000;

/** Sends what is due. Any number of processes may do so on one database. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WebhookDispatcher.name);
  private readonly worker = new BackgroundWorker('webhook-dispatcher', () => this.step(), IDLE_MS, (error) => {
    this.logger.error(error);
  });
  private readonly sender: WebhookSender;
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly deliveries: DeliveriesService,
    private readonly accounts: AccountsService,
    private readonly events: EventsService,
  ) {
    this.sender = new WebhookSender(config.WEBHOOK_TIMEOUT_MS);
  }

  get healthy(): boolean {
    return this.worker.healthy;
  }

  onApplicationBootstrap(): void {
    this.events.subscribe(async (published) => {
      if ((await this.deliveries.plan(published, new Date())) > 0) this.worker.wake();
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

  private async step(): Promise<boolean | Date | null> {
    const room = CONCURRENCY - this.running.size;
    // Each attempt that ends wakes the worker.
    if (room === 0) return null;
    const now = new Date();
    const leaseUntil = new Date(now.getTime() + this.config.WEBHOOK_TIMEOUT_MS + LEASE_MARGIN_MS);
    const leased = await this.deliveries.lease(now, leaseUntil, room);
    for (const delivery of leased) this.run(delivery);
    return leased.length > 0 || (await this.deliveries.nextDueAt());
  }

  private run(delivery: PendingDelivery): void {
    const attempt = this.attempt(delivery)
      .catch((error: unknown) => {
        // Its lease ends by itself, and then it is tried again.
        this.logger.error(error);
      })
      .finally(() => {
        this.running.delete(attempt);
        this.worker.wake();
      });
    this.running.add(attempt);
  }

  private async attempt(delivery: PendingDelivery): Promise<void> {
    const { url, body } = delivery;
    const at = new Date();
    const secrets = await this.accounts.liveWebhookSecrets(delivery.accountId, at);
    if (secrets.length === 0) {
      await this.deliveries.record(delivery, { at, ms: 0, status: null, error: 'The account was deleted', response: '' }, 'failed', null);
      return;
    }
    const { status, error, response } = await this.sender.send(url, headersOf(delivery, secrets, at), body, this.stopping.signal);
    if (status === null && this.stopping.signal.aborted) {
      await this.deliveries.release(delivery, new Date());
      return;
    }
    const ended = new Date();
    const retryAt = error === null ? null : nextAttemptAt(this.config.webhookRetrySchedule, delivery.attempts.length + 1, ended, Math.random());
    const outcome = error === null ? 'succeeded' : retryAt ? 'pending' : 'failed';
    await this.deliveries.record(delivery, { at, ms: ended.getTime() - at.getTime(), status, error, response }, outcome, retryAt);
  }
}

/** The v1 header and, beside it, those of Standard Webhooks; while a secret is rotated, one signature for each. */
function headersOf({ eventId, body }: PendingDelivery, secrets: readonly string[], at: Date): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000);
  const [current = '', previous] = secrets;
  return {
    'content-type': 'application/json',
    'user-agent': 'mock-payment-gateway/1',
    'x-signature': signV1(current, body),
    ...(previous !== undefined && { 'x-signature-previous': signV1(previous, body) }),
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => signStandard(secret, eventId, timestamp, body)).join(' '),
  };
}
