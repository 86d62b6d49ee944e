import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { QueryFilter } from 'mongoose';
import { Config } from '../platform/config/config.js';
import { EventsService, type PublishedEvent } from '../events/events.service.js';
import { DueWorkRunner, type RegisteredWork } from '../platform/due-work/due-work-runner.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { type DueQuery, notOneOf, type OnNotDone } from '../platform/due-work/due-work.js';
import type { World } from '../platform/worlds/world.js';
import { worldOf } from '../platform/worlds/world-ids.js';
import { DeliveriesService, type Lease, type LeasedDelivery } from './deliveries.service.js';
import type { FirstAttempt } from './new-delivery.js';
import { DeliveryPlaces, type PlaceTaken } from './delivery-places.js';
import type { Delivery } from './delivery.schema.js';
import { type Made, SANDBOX_LEASE_MS, WebhookAttempts } from './webhook-attempts.service.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

/** How much longer a lease lasts than its attempt may take, in ms. */
const LEASE_MARGIN_MS = 5_000;

/** A lease that is renewed during its attempt must last this long when the attempt begins, in ms. */
const RENEWAL_MARGIN_MS = 5_000;

/** How many deliveries wait in memory for a place, in all and to one target; the others wait in the database. */
const MAX_WAITING = 1_000;
const MAX_WAITING_PER_TARGET = 16;

/** The same for a target that answered its latest attempt, which will take them quickly. */
const MAX_WAITING_PER_PROVEN_TARGET = 250;

/** How often another batch is read because the last one had deliveries without a free place. */
const MAX_LOOKS = 5;

/** How long running attempts may continue when the process stops, in ms. */
const GRACE_MS = 3_000;

/** How many deliveries of a virtual clock are leased at once. */
const CLOCK_BATCH = 64;

/** Sends due deliveries. Any number of processes can do so on one database. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WebhookDispatcher.name);
  private readonly places = new DeliveryPlaces();
  private readonly work: RegisteredWork<Delivery>;
  /** Leased deliveries, sent as soon as there is a place. */
  private waiting: LeasedDelivery[] = [];
  /** True if the database may hold more due deliveries, for which there was no place. */
  private hasBacklog = false;
  private readonly running = new Set<Promise<void>>();
  /** The latest attempt of a virtual clock, by target. */
  private readonly turns = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private isStopping = false;

  constructor(
    private readonly config: Config,
    private readonly deliveries: DeliveriesService,
    private readonly endpoints: WebhookEndpointsService,
    private readonly attempts: WebhookAttempts,
    private readonly worlds: WorldsService,
    private readonly events: EventsService,
    private readonly runner: DueWorkRunner,
  ) {
    attempts.onMoreDue = (world) => {
      this.wake(world);
    };
    this.work = runner.register<Delivery>({
      name: 'webhook.attempt',
      graceMs: 0,
      idOf: ({ _id }) => _id,
      // What this process releases when it stops is for others.
      capacity: () => (this.isStopping ? 0 : this.places.free),
      findDue: (query) => (query.clockId === null ? this.takeDue(query) : this.takeDueByClock(query)),
      nextDueAt: (clockId, except) => this.deliveries.nextDueAt(clockId, except),
      dueAtOf: ({ dueAt, createdAt }) => dueAt ?? createdAt,
      run: (deliveries, _now, notDone) => this.send(deliveries as readonly LeasedDelivery[], notDone),
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
    await this.release(unsent);
    const grace = setTimeout(() => {
      this.stopping.abort();
    }, GRACE_MS);
    while (this.running.size > 0) await Promise.all(this.running);
    clearTimeout(grace);
    await this.attempts.close();
  }

  private async release(deliveries: readonly LeasedDelivery[]): Promise<void> {
    await Promise.all(deliveries.map((delivery) => this.deliveries.release(delivery, delivery.dueAt)));
  }

  /** Looks soon for deliveries of an account that are due. */
  wake({ clockId }: World): void {
    if (clockId === null) this.work.wake();
    else void this.runner.wakeClock(clockId, async () => (await this.worlds.of(clockId))?.now() ?? null);
  }

  /**
   * Stores deliveries of an account, and sends at once as many as there is room for. Safe to repeat.
   *
   * @param plan makes them, with the time of their first attempt
   */
  async dispatch(accountId: string, plan: (first: FirstAttempt) => readonly Delivery[]): Promise<void> {
    const world = await this.worlds.of(accountId);
    const first = firstAttemptIn(world);
    if (first) await this.sendPlanned(plan(first), new Map([[accountId, world]]));
  }

  private async plan(published: readonly PublishedEvent[]): Promise<void> {
    const worlds = new Map<string, World | null>();
    for (const { event } of published)
      if (!worlds.has(event.accountId)) worlds.set(event.accountId, await this.worlds.of(event.accountId));
    const planned = await this.deliveries.plan(published, (accountId) => firstAttemptIn(worlds.get(accountId) ?? null));
    await this.sendPlanned(planned, worlds);
  }

  private async sendPlanned(deliveries: readonly Delivery[], worlds: ReadonlyMap<string, World | null>): Promise<void> {
    const waitingFor = new Map<string, number>();
    for (const { target } of this.waiting) waitingFor.set(target, (waitingFor.get(target) ?? 0) + 1);
    let room = this.isStopping ? 0 : MAX_WAITING - this.waiting.length;
    const planned = await this.deliveries.store(deliveries, ({ accountId, target, dueAt }) => {
      const world = worlds.get(accountId);
      const waiting = waitingFor.get(target) ?? 0;
      if (!world || isLater(world) || room <= 0 || this.places.isSilent(target)) return null;
      if (dueAt && dueAt > world.now()) return null;
      if (waiting >= (this.places.isProven(target) ? MAX_WAITING_PER_PROVEN_TARGET : MAX_WAITING_PER_TARGET))
        return null;
      room -= 1;
      waitingFor.set(target, waiting + 1);
      return this.newLease(accountId);
    });
    if (this.isStopping) {
      await this.release(planned.filter(isLeased));
      return;
    }
    for (const delivery of planned)
      if (!isLeased(delivery)) this.expectLater(worlds.get(delivery.accountId));
      else if (isByClock(delivery)) this.sendInBackground(delivery);
      else this.waiting.push(delivery);
    await this.sendWaiting();
  }

  private sendInBackground(delivery: LeasedDelivery): void {
    this.sendInTurn(delivery).catch((error: unknown) => {
      // Its lease ends by itself, and then it is tried again.
      this.logger.error(error);
    });
  }

  /** A delivery that is due was not leased. */
  private expectLater(world: World | null | undefined): void {
    if (!world || isLater(world)) return;
    if (world.clockId === null) this.hasBacklog = true;
    else this.wake(world);
  }

  private newLease(accountId: string): Lease {
    const lastsMs = isOfSandbox(accountId) ? SANDBOX_LEASE_MS : this.config.WEBHOOK_TIMEOUT_MS + LEASE_MARGIN_MS;
    return { leasedBy: randomUUID(), leaseUntil: new Date(Date.now() + lastsMs) };
  }

  /** Leases deliveries that are due by a virtual clock, in their order. */
  private async takeDueByClock(query: DueQuery): Promise<LeasedDelivery[]> {
    const limit = Math.min(query.limit, CLOCK_BATCH);
    const due = await this.deliveries.findDue({ ...query, limit }, notOneOf(query.except));
    const leased = await this.deliveries.lease(due, this.newLease(query.clockId ?? ''));
    return leased.sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime() || (a.eventId < b.eventId ? -1 : 1));
  }

  /** Leases due deliveries that have a place; skips the others. */
  private async takeDue(query: DueQuery): Promise<LeasedDelivery[]> {
    const { limit } = query;
    const taken: Delivery[] = [];
    this.hasBacklog = false;
    const counted = new Map<string, PlaceTaken>();
    for (let look = 0; look < MAX_LOOKS && taken.length < limit; look += 1) {
      const wanted = limit - taken.length;
      const due = await this.deliveries.findDue({ ...query, limit: wanted }, this.withPlaces([...counted.keys()]));
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
    const [ofSandboxes, others] = [taken.filter(isInSandbox), taken.filter((delivery) => !isInSandbox(delivery))];
    return [
      ...(await this.deliveries.lease(others, this.newLease(''))),
      ...(await this.deliveries.lease(ofSandboxes, this.newLease(ofSandboxes[0]?.accountId ?? ''))),
    ];
  }

  private withPlaces(exceptIds: readonly string[]): QueryFilter<Delivery> {
    const { accounts, targets } = this.places.full;
    return {
      ...notOneOf(exceptIds),
      ...(accounts.length > 0 && { accountId: { $nin: accounts } }),
      ...((targets.length > 0 || this.places.isUnprovenFull) && {
        target: {
          ...(targets.length > 0 && { $nin: targets }),
          ...(this.places.isUnprovenFull && { $in: this.places.provenTargets }),
        },
      }),
    };
  }

  private async send(deliveries: readonly LeasedDelivery[], notDone: OnNotDone<LeasedDelivery>): Promise<void> {
    // They were leased while the process began to stop.
    if (this.isStopping) {
      await this.release(deliveries);
      return;
    }
    const byClock = deliveries.filter(isByClock);
    this.waiting.push(...deliveries.filter((delivery) => !isByClock(delivery)));
    await this.sendWaiting();
    await Promise.all(
      byClock.map(async (delivery) => {
        try {
          if ((await this.sendInTurn(delivery)) === 'put_off') notDone(delivery);
        } catch (error) {
          notDone(delivery, error);
        }
      }),
    );
  }

  /**
   * Attempts a delivery of a virtual clock when all earlier ones to its target have ended, so that each run of a test
   * sends in the same order. It takes no place: an account has one such attempt a target at a time.
   */
  private async sendInTurn(delivery: LeasedDelivery): Promise<Made> {
    const { target } = delivery;
    const attempt = (this.turns.get(target) ?? Promise.resolve()).then(() => this.attemptInTurn(delivery));
    const ended = attempt.then(
      () => undefined,
      () => undefined,
    );
    this.turns.set(target, ended);
    this.running.add(ended);
    try {
      return await attempt;
    } finally {
      this.running.delete(ended);
      if (this.turns.get(target) === ended) this.turns.delete(target);
    }
  }

  private async attemptInTurn(delivery: LeasedDelivery): Promise<Made> {
    const leased = this.isStopping ? null : await this.withLease(delivery);
    if (!leased) return 'put_off';
    // Read now, since the attempt before may have paused or disabled it.
    const endpoints = await this.endpointsOf([leased]);
    return this.attempts.make(leased, endpoints.get(leased.endpointId ?? '') ?? null, this.stopping.signal);
  }

  /** Renews the lease of what waited long for its turn; null if it was lost. */
  private async withLease(delivery: LeasedDelivery): Promise<LeasedDelivery | null> {
    if (delivery.leaseUntil.getTime() > Date.now() + RENEWAL_MARGIN_MS) return delivery;
    return this.deliveries.renewLease(delivery, new Date(Date.now() + SANDBOX_LEASE_MS));
  }

  /** Begins an attempt of each waiting delivery that has a place. */
  private async sendWaiting(): Promise<void> {
    const admitted: { delivery: LeasedDelivery; place: PlaceTaken }[] = [];
    // A lease that would end during the attempt is dropped; another dispatcher takes the delivery.
    const now = Date.now();
    this.waiting = this.waiting.filter((delivery) => {
      const neededMs = isInSandbox(delivery) ? RENEWAL_MARGIN_MS : this.config.WEBHOOK_TIMEOUT_MS;
      if (delivery.leaseUntil.getTime() <= now + neededMs) return false;
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
    const attempt = this.attempts
      .make(delivery, endpoint, this.stopping.signal)
      .catch((error: unknown): Made => {
        // Its lease ends by itself, and then it is tried again.
        this.logger.error(error);
        return 'put_off';
      })
      .then((made) => {
        place.giveBack(made === 'answered' || (made === 'unanswered' ? false : null));
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
}

const isOfSandbox = (accountId: string): boolean => worldOf(accountId) !== '';
const isInSandbox = ({ accountId }: Delivery): boolean => isOfSandbox(accountId);
const isByClock = ({ clockId }: Delivery): boolean => clockId !== undefined;
const isLeased = (delivery: Delivery): delivery is LeasedDelivery => delivery.leasedBy !== undefined;

/** Whether the first attempt is made some time after the event. */
function isLater({ settings }: World): boolean {
  return (settings.webhookRetrySchedule[0] ?? 0) > 0;
}

function firstAttemptIn(world: World | null): FirstAttempt | null {
  if (!world) return null;
  const now = world.now();
  const [firstWaitSeconds = 0] = world.settings.webhookRetrySchedule;
  return { now, dueAt: new Date(now.getTime() + firstWaitSeconds * 1000), clockId: world.clockId };
}
