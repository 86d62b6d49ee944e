import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { insertNew } from '../common/insert-new.js';
import type { PublishedEvent } from '../events/events.service.js';
import { type Attempt, Delivery, type DeliveryStatus } from './delivery.schema.js';

/** A delivery that is on its way; only who holds its `dueAt` may change it. */
export type PendingDelivery = Delivery & { readonly dueAt: Date };

/** Deliveries on record: planned from events, leased by dispatchers, filled with attempts. */
@Injectable()
export class DeliveriesService {
  constructor(@InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>) {}

  /** The deliveries that follow from events; told of an event again it adds nothing. Answers how many there are. */
  async plan(published: readonly PublishedEvent[], now: Date): Promise<number> {
    const planned = published.flatMap(({ event, direct }) => (direct ? [delivery(event, direct.url, direct.body, now)] : []));
    await insertNew(this.deliveries, planned);
    return planned.length;
  }

  /**
   * Takes up to `limit` due deliveries for itself until `leaseUntil`; after that, whoever died with them
   * loses them to the next who asks.
   */
  async lease(now: Date, leaseUntil: Date, limit: number): Promise<PendingDelivery[]> {
    const due = await this.deliveries.find({ dueAt: { $lte: now } }).sort({ dueAt: 1 }).limit(limit).lean<PendingDelivery[]>();
    const leased = await Promise.all(
      due.map(({ _id, dueAt }) =>
        this.deliveries.findOneAndUpdate({ _id, dueAt }, { $set: { dueAt: leaseUntil } }, { returnDocument: 'after' }).lean<PendingDelivery>(),
      ),
    );
    return leased.filter((delivery) => delivery !== null);
  }

  /** Notes an attempt and what follows from it: done, failed for good, or due again at `retryAt`. Only who holds the lease can. */
  async record({ _id, dueAt }: PendingDelivery, attempt: Attempt, status: DeliveryStatus, retryAt: Date | null): Promise<void> {
    await this.deliveries.updateOne(
      { _id, dueAt },
      { $push: { attempts: attempt }, $set: { status, ...(retryAt && { dueAt: retryAt }) }, ...(!retryAt && { $unset: { dueAt: 1 } }) },
    );
  }

  /** Gives a lease back unused. */
  async release({ _id, dueAt }: PendingDelivery, now: Date): Promise<void> {
    await this.deliveries.updateOne({ _id, dueAt }, { $set: { dueAt: now } });
  }

  /** When the next delivery is due, or its lease ends; null if there is none. */
  async nextDueAt(): Promise<Date | null> {
    const next = await this.deliveries.findOne({ dueAt: { $exists: true } }, { dueAt: 1 }).sort({ dueAt: 1 }).lean<Delivery>();
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

function delivery({ _id: eventId, accountId, type }: PublishedEvent['event'], url: string, body: string, now: Date): Delivery {
  return {
    _id: deliveryId(eventId, url),
    accountId,
    eventId,
    eventType: type,
    url,
    body,
    status: 'pending',
    attempts: [],
    createdAt: now,
    dueAt: now,
  };
}

/** The same for the same event and target, so that planning twice makes one; begins with the event's time, as every id does. */
function deliveryId(eventId: string, target: string): string {
  const time = eventId.slice('evt_'.length, 'evt_'.length + 12);
  return `whd_${time}${createHash('sha256').update(`${eventId} ${target}`).digest('hex').slice(0, 12)}`;
}
