import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import type { NewEvent, PublishedEvent } from '../events/events.service.js';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { batched } from '../platform/database/batched.js';
import { countBy } from '../platform/database/count-by.js';
import { type ConditionalUpdate, insertNew, updateEach } from '../platform/database/driver-writes.js';
import { repeated } from '../platform/database/repeated.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { type DueCount, type DueQuery, notLeasedAt, notOneOf } from '../platform/due-work/due-work.js';
import { idIn } from '../platform/worlds/world-ids.js';
import {
  type Attempt,
  Delivery,
  DELIVERY_RETENTION_MS,
  DELIVERY_STATUSES,
  type DeliveryStatus,
  KEPT_ATTEMPTS,
} from './delivery.schema.js';
import { directDelivery, directTarget, endpointDelivery, type FirstAttempt } from './new-delivery.js';
import { DeliveryNotFoundError } from './webhook-errors.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { subscribes, WebhookEndpointsService } from './webhook-endpoints.service.js';
import { assertHttpUrls } from '../platform/validation/http-url.js';

/** The exclusive right to attempt a delivery until a time. */
export interface Lease {
  readonly leasedBy: string;
  readonly leaseUntil: Date;
}

/** A delivery whose lease the reader holds. */
export type LeasedDelivery = Delivery & Lease & { readonly dueAt: Date };

/** The result of an attempt. */
export interface AttemptRecord {
  readonly url: string;
  readonly attempt: Attempt;
  readonly status: DeliveryStatus;
  /** Null if there is no further attempt. */
  readonly retryAt: Date | null;
}

/** How many deliveries are sent again, by the status that they had. */
export interface Redelivered {
  readonly pending: number;
  readonly failed: number;
}

/** Stores deliveries: plans them from events, leases them to dispatchers, records attempts. */
@Injectable()
export class DeliveriesService {
  private readonly recordOne = batched((records: readonly { delivery: LeasedDelivery; record: AttemptRecord }[]) =>
    this.recordEach(records),
  );

  constructor(
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly endpoints: WebhookEndpointsService,
    accountData: AccountData,
  ) {
    accountData.register({
      model: deliveries,
      belongsTo: 'world',
      outlivesUser: true,
      copied: {
        ids: ['_id', 'eventId', 'endpointId'],
        left: ['leaseUntil', 'leasedBy', 'target', 'clockId'],
        byClock: true,
        retentionMs: DELIVERY_RETENTION_MS,
        moved: withTarget,
        check: (delivery) => {
          assertHttpUrls(delivery, ['url']);
        },
      },
    });
  }

  /**
   * The deliveries of events; always the same for the same events.
   *
   * @param firstOf when the first attempt is due; null if the account's world is gone
   */
  async plan(
    published: readonly PublishedEvent[],
    firstOf: (accountId: string) => FirstAttempt | null,
  ): Promise<Delivery[]> {
    const endpoints = await this.endpoints.enabledOf(published.map(({ event }) => event.accountId));
    return published.flatMap(({ event, direct }) => {
      const first = firstOf(event.accountId);
      if (!first) return [];
      return [
        ...(direct ? [directDelivery(event, direct.url, direct.body, first)] : []),
        ...endpoints
          .filter(
            (endpoint) =>
              endpoint.accountId === event.accountId && !endpoint.dialect && subscribes(endpoint, event.type),
          )
          .map((endpoint) => endpointDelivery(event, endpoint, first)),
      ];
    });
  }

  /**
   * Stores deliveries. Safe to repeat.
   *
   * @param leaseFor returns a lease if the caller will attempt the delivery itself; null leaves it to any dispatcher
   * @returns those that are new
   */
  store(planned: readonly Delivery[], leaseFor: (delivery: Delivery) => Lease | null): Promise<Delivery[]> {
    return insertNew(
      this.deliveries,
      planned.map((delivery) => Object.assign(delivery, leaseFor(delivery))),
    );
  }

  /** Plans a delivery to one endpoint, whatever it subscribes to, and also while it is paused. */
  async planFor(event: NewEvent, endpoint: WebhookEndpoint, first: FirstAttempt): Promise<Delivery> {
    const delivery = Object.assign(endpointDelivery(event, endpoint, first), { atOnce: true });
    await insertNew(this.deliveries, [delivery]);
    return delivery;
  }

  list(accountId: string, filter: QueryFilter<Delivery>, page: PageRequest): Promise<Page<Delivery>> {
    const { endpointId, eventId } = filter;
    const own = {
      ...filter,
      ...(typeof endpointId === 'string' && { endpointId: idIn(accountId, endpointId) }),
      ...(typeof eventId === 'string' && { eventId: idIn(accountId, eventId) }),
    };
    return findPage(this.deliveries, accountId, own, page);
  }

  /** Oldest first. */
  ofEvents(accountId: string, eventIds: readonly string[]): Promise<Delivery[]> {
    return this.deliveries
      .find({ accountId, eventId: { $in: [...eventIds] } })
      .sort({ _id: 1 })
      .lean<Delivery[]>()
      .exec();
  }

  /** Throws DeliveryNotFoundError. */
  async get(accountId: string, id: string): Promise<Delivery> {
    const delivery = await this.deliveries.findOne({ _id: idIn(accountId, id), accountId }).lean<Delivery>();
    if (!delivery) throw new DeliveryNotFoundError(id);
    return delivery;
  }

  /**
   * Makes a delivery due now, also while its endpoint is paused, with the same `webhook-id` and a whole schedule of
   * retries.
   * Throws DeliveryNotFoundError.
   */
  async redeliver(accountId: string, id: string, now: Date): Promise<Delivery> {
    const delivery = await this.deliveries
      .findOneAndUpdate(
        { _id: idIn(accountId, id), accountId },
        { $set: { status: 'pending', tries: 0, dueAt: now, atOnce: true } },
        { returnDocument: 'after' },
      )
      .lean<Delivery>();
    if (!delivery) throw new DeliveryNotFoundError(id);
    return delivery;
  }

  /**
   * Makes all deliveries due that an endpoint has not received since a time. Returns how many, by their status before.
   */
  async redeliverSince(endpoint: WebhookEndpoint, since: Date, now: Date): Promise<Redelivered> {
    const again = (status: 'failed' | 'pending'): Promise<number> =>
      this.makeDue({ ...deliveriesTo(endpoint), createdAt: { $gte: since }, status }, now);
    // Pending ones first: what was failed is pending afterwards.
    const pending = await again('pending');
    const failed = await again('failed');
    return { pending, failed };
  }

  /** Makes all pending deliveries of an endpoint due. Returns how many. */
  sendPending(endpoint: WebhookEndpoint, now: Date): Promise<number> {
    return this.makeDue({ ...deliveriesTo(endpoint), status: 'pending' }, now);
  }

  /** Skips leased deliveries: they are being sent. */
  private async makeDue(filter: QueryFilter<Delivery>, now: Date): Promise<number> {
    const { matchedCount } = await repeated(() =>
      this.deliveries.updateMany(
        { ...filter, ...notLeasedAt(new Date()) },
        { $set: { status: 'pending', tries: 0, dueAt: now } },
      ),
    );
    return matchedCount;
  }

  /** Deliveries that are due and not leased, longest due first. */
  findDue({ clockId, until, now, limit }: DueQuery, filter: QueryFilter<Delivery>): Promise<Delivery[]> {
    return this.deliveries
      .find({ clockId, dueAt: { $lte: until }, ...notLeasedAt(now), ...filter })
      .sort({ dueAt: 1 })
      .limit(limit)
      .readConcern('majority')
      .lean<Delivery[]>()
      .exec();
  }

  /** When the next attempt is due by a virtual clock; null if none is. */
  async nextDueAt(clockId: string, except: readonly string[]): Promise<Date | null> {
    const next = await this.deliveries
      .findOne({ clockId, dueAt: { $exists: true }, ...notOneOf(except) }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .lean<Delivery>();
    return next?.dueAt ?? null;
  }

  /** Keeps a lease for longer. Null if it was taken anew by now, or the delivery is gone. */
  async renewLease(delivery: LeasedDelivery, leaseUntil: Date): Promise<LeasedDelivery | null> {
    const { _id, leasedBy } = delivery;
    const { matchedCount } = await this.deliveries.updateOne(
      { _id, leasedBy, leaseUntil: delivery.leaseUntil },
      { $set: { leaseUntil } },
    );
    return matchedCount === 1 ? Object.assign({}, delivery, { leaseUntil }) : null;
  }

  /** Leases the deliveries that are still as they were read. If two processes try, one of them gets each. */
  async lease(due: readonly Delivery[], lease: Lease): Promise<LeasedDelivery[]> {
    if (due.length === 0) return [];
    const { matched } = await updateEach(
      this.deliveries,
      due.map(({ _id, dueAt, leaseUntil }) => ({
        filter: { _id, dueAt, leaseUntil: leaseUntil ?? null },
        update: { $set: lease },
      })),
    );
    if (matched === due.length) return due.map((delivery) => Object.assign(delivery, lease) as LeasedDelivery);
    return this.deliveries.find({ _id: { $in: due.map(({ _id }) => _id) }, ...lease }).lean<LeasedDelivery[]>();
  }

  /** Records an attempt and ends the lease. Only the holder of the lease can do so. */
  async record(delivery: LeasedDelivery, record: AttemptRecord): Promise<void> {
    await this.recordOne({ delivery, record });
  }

  /** Ends a lease without an attempt; the delivery is due again at `at`. */
  async release({ _id, leasedBy, dueAt }: LeasedDelivery, at: Date): Promise<void> {
    await this.deliveries.updateOne(
      { _id, leasedBy, dueAt },
      { $set: { dueAt: at }, $unset: { leasedBy: 1, leaseUntil: 1 } },
    );
  }

  /** Makes a delivery due at `at` if it still is due at `before` only. */
  async makeDueBefore({ _id }: Delivery, before: Date, at: Date): Promise<void> {
    await this.deliveries.updateOne({ _id, dueAt: before }, { $set: { dueAt: at } });
  }

  async postpone({ _id }: Delivery, until: Date): Promise<void> {
    await this.deliveries.updateOne({ _id }, { $set: { leaseUntil: until }, $unset: { leasedBy: 1 } });
  }

  /** How many deliveries are due, and since when the longest. */
  async countDue(now: Date): Promise<DueCount> {
    const [count, oldest] = await Promise.all([
      this.deliveries.countDocuments({ clockId: null, dueAt: { $lte: now } }),
      this.deliveries
        .findOne({ clockId: null, dueAt: { $lte: now } }, { dueAt: 1 })
        .sort({ dueAt: 1 })
        .lean<Delivery>(),
    ]);
    return { count, oldest: oldest?.dueAt ?? null };
  }

  countByStatus(): Promise<Record<string, number>> {
    return countBy(this.deliveries, 'status', DELIVERY_STATUSES);
  }

  private async recordEach(
    records: readonly { delivery: LeasedDelivery; record: AttemptRecord }[],
  ): Promise<(undefined | Error)[]> {
    const { matched, errors } = await updateEach(
      this.deliveries,
      records.map(({ delivery, record }) => recordOf(delivery, record)),
    );
    if (matched < records.length) {
      // Its owner redelivered it meanwhile: only the attempt is recorded; the new attempt decides the status.
      // Deliveries that the first update matched have no lease any more, so this one does not match them.
      await updateEach(
        this.deliveries,
        records.map(({ delivery: { _id, leasedBy }, record: { attempt } }) => ({
          filter: { _id, leasedBy },
          update: { ...noted(attempt), ...LEASE_ENDED },
        })),
      );
    }
    return records.map((_, index) => errors.get(index));
  }
}

/** The target of a delivery that was moved to another world. */
function withTarget(delivery: AccountDocument): AccountDocument {
  const { endpointId, url, accountId } = delivery as AccountDocument & Delivery;
  return { ...delivery, target: endpointId ?? directTarget(accountId, url) };
}

function deliveriesTo({ _id, accountId }: WebhookEndpoint): { accountId: string; endpointId: string } {
  return { accountId, endpointId: _id };
}

const LEASE_ENDED = { $unset: { leasedBy: 1, leaseUntil: 1 } } as const;

const noted = (attempt: Attempt): object => ({ $push: { attempts: { $each: [attempt], $slice: -KEPT_ATTEMPTS } } });

function recordOf(
  { _id, leasedBy, dueAt }: LeasedDelivery,
  { url, attempt, status, retryAt }: AttemptRecord,
): ConditionalUpdate {
  return {
    filter: { _id, leasedBy, dueAt },
    update: {
      ...noted(attempt),
      $inc: { tries: 1 },
      $set: { status, url, ...(retryAt && { dueAt: retryAt }) },
      $unset: { ...LEASE_ENDED.$unset, atOnce: 1, ...(!retryAt && { dueAt: 1 }) },
    },
  };
}
