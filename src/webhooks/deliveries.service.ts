import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { insertNew } from '../common/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../common/page.js';
import type { Event } from '../events/event.schema.js';
import type { PublishedEvent } from '../events/events.service.js';
import { type Attempt, Delivery, type DeliveryStatus, KEPT_ATTEMPTS } from './delivery.schema.js';
import { DeliveryNotFoundError } from './webhook-errors.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { subscribes, WebhookEndpointsService } from './webhook-endpoints.service.js';

/** A delivery that is on its way; only who holds its `dueAt` may change it. */
export type PendingDelivery = Delivery & { readonly dueAt: Date };

/** Deliveries on record: planned from events, leased by dispatchers, filled with attempts. */
@Injectable()
export class DeliveriesService {
  constructor(
    @InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>,
    private readonly endpoints: WebhookEndpointsService,
  ) {}

  /** The deliveries that follow from events; told of an event again it adds nothing. Answers how many there are. */
  async plan(published: readonly PublishedEvent[], now: Date): Promise<number> {
    const endpoints = await this.endpoints.enabledOf(published.map(({ event }) => event.accountId));
    const planned = published.flatMap(({ event, direct }) => [
      ...(direct ? [directDelivery(event, direct.url, direct.body, now)] : []),
      ...endpoints.filter((endpoint) => endpoint.accountId === event.accountId && subscribes(endpoint, event.type)).map((endpoint) => endpointDelivery(event, endpoint, now)),
    ]);
    await insertNew(this.deliveries, planned);
    return planned.length;
  }

  /** The delivery of an event to one endpoint, whatever it subscribed to. */
  async planFor(event: Event, endpoint: WebhookEndpoint, now: Date): Promise<Delivery> {
    const delivery = endpointDelivery(event, endpoint, now);
    await insertNew(this.deliveries, [delivery]);
    return delivery;
  }

  list(accountId: string, filter: QueryFilter<Delivery>, page: PageRequest): Promise<Page<Delivery>> {
    return findPage(this.deliveries, { accountId, ...filter }, page);
  }

  /** Oldest first. */
  ofEvents(accountId: string, eventIds: readonly string[]): Promise<Delivery[]> {
    return this.deliveries.find({ accountId, eventId: { $in: [...eventIds] } }).sort({ _id: 1 }).lean<Delivery[]>().exec();
  }

  /** Throws DeliveryNotFoundError. */
  async get(accountId: string, id: string): Promise<Delivery> {
    const delivery = await this.deliveries.findOne({ _id: id, accountId }).lean<Delivery>();
    if (!delivery) throw new DeliveryNotFoundError(id);
    return delivery;
  }

  /** Sends it again now, with the same `webhook-id` and a whole schedule of retries. Throws DeliveryNotFoundError. */
  async redeliver(accountId: string, id: string, now: Date): Promise<Delivery> {
    const delivery = await this.deliveries
      .findOneAndUpdate({ _id: id, accountId }, { $set: { status: 'pending', tries: 0, dueAt: now } }, { returnDocument: 'after' })
      .lean<Delivery>();
    if (!delivery) throw new DeliveryNotFoundError(id);
    return delivery;
  }

  /** The same for everything that failed at an endpoint since a time. Answers how many. */
  async redeliverFailed(endpoint: WebhookEndpoint, since: Date, now: Date): Promise<number> {
    const failed = { accountId: endpoint.accountId, endpointId: endpoint._id, createdAt: { $gte: since }, status: 'failed' as const };
    const { modifiedCount } = await this.deliveries.updateMany(failed, { $set: { status: 'pending', tries: 0, dueAt: now } });
    return modifiedCount;
  }

  /**
   * Takes up to `limit` due deliveries for itself until `leaseUntil`; after that, whoever died with them
   * loses them to the next who asks. Those that `admit` refuses stay where they are.
   */
  async lease(now: Date, leaseUntil: Date, limit: number, busyTargets: readonly string[], admit: (delivery: Delivery) => boolean): Promise<PendingDelivery[]> {
    const due = await this.deliveries
      .find({ dueAt: { $lte: now }, ...(busyTargets.length > 0 && { target: { $nin: busyTargets } }) })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<PendingDelivery[]>();
    const leased = await Promise.all(
      due
        .filter(admit)
        .map(({ _id, dueAt }) => this.deliveries.findOneAndUpdate({ _id, dueAt }, { $set: { dueAt: leaseUntil } }, { returnDocument: 'after' }).lean<PendingDelivery>()),
    );
    return leased.filter((delivery) => delivery !== null);
  }

  /** Notes an attempt and what follows from it: done, failed for good, or due again at `retryAt`. Only who holds the lease can. */
  async record({ _id, dueAt }: PendingDelivery, url: string, attempt: Attempt, status: DeliveryStatus, retryAt: Date | null): Promise<void> {
    await this.deliveries.updateOne(
      { _id, dueAt },
      {
        $push: { attempts: { $each: [attempt], $slice: -KEPT_ATTEMPTS } },
        $inc: { tries: 1 },
        $set: { status, url, ...(retryAt && { dueAt: retryAt }) },
        ...(!retryAt && { $unset: { dueAt: 1 } }),
      },
    );
  }

  /** Gives a lease back, without an attempt; it is due again at `at`. */
  async release({ _id, dueAt }: PendingDelivery, at: Date): Promise<void> {
    await this.deliveries.updateOne({ _id, dueAt }, { $set: { dueAt: at } });
  }

  /** When the next delivery is due, or its lease ends; null if there is none. */
  async nextDueAt(busyTargets: readonly string[] = []): Promise<Date | null> {
    const next = await this.deliveries
      .findOne({ dueAt: { $exists: true }, ...(busyTargets.length > 0 && { target: { $nin: busyTargets } }) }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .lean<Delivery>();
    return next?.dueAt ?? null;
  }

  /** How many deliveries are due, and since when the longest. */
  async dueWork(now: Date): Promise<{ count: number; oldest: Date | null }> {
    const [count, oldest] = await Promise.all([this.deliveries.countDocuments({ dueAt: { $lte: now } }), this.nextDueAt()]);
    return { count, oldest: oldest !== null && oldest <= now ? oldest : null };
  }

  async countByStatus(): Promise<Record<string, number>> {
    const rows = await this.deliveries.aggregate<{ _id: DeliveryStatus; count: number }>([{ $group: { _id: '$status', count: { $sum: 1 } } }]);
    return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
  }
}

function endpointDelivery(event: Event, { _id, url }: WebhookEndpoint, now: Date): Delivery {
  const body = JSON.stringify({ id: event._id, type: event.type, timestamp: event.createdAt, data: event.data });
  return { ...newDelivery(event, _id, now), endpointId: _id, url, body };
}

function directDelivery(event: Event, url: string, body: string, now: Date): Delivery {
  return { ...newDelivery(event, new URL(url).origin, now), endpointId: null, url, body };
}

function newDelivery({ _id: eventId, accountId, type }: Event, target: string, now: Date): Omit<Delivery, 'endpointId' | 'url' | 'body'> {
  return { _id: deliveryId(eventId, target), accountId, eventId, eventType: type, target, status: 'pending', attempts: [], tries: 0, createdAt: now, dueAt: now };
}

/** The same for the same event and target, so that planning twice makes one; begins with the event's time, as every id does. */
function deliveryId(eventId: string, target: string): string {
  const time = eventId.slice('evt_'.length, 'evt_'.length + 12);
  return `whd_${time}${createHash('sha256').update(`${eventId} ${target}`).digest('hex').slice(0, 12)}`;
}
