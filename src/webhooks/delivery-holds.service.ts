import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { LeasedDelivery } from './deliveries.service.js';
import { Delivery, type Hold } from './delivery.schema.js';

/** Holds deliveries that a fault wants to be attempted later. */
@Injectable()
export class DeliveryHolds {
  constructor(@InjectModel(Delivery.name) private readonly deliveries: Model<Delivery>) {}

  /** Ends a lease without an attempt; the delivery is due again at `until`. */
  async hold({ _id, leasedBy, dueAt }: LeasedDelivery, until: Date, held: Hold): Promise<void> {
    await this.deliveries.updateOne(
      { _id, leasedBy, dueAt },
      { $set: { dueAt: until, held }, $unset: { leasedBy: 1, leaseUntil: 1 } },
    );
  }

  /** Makes deliveries due that were held for a later one to the same target, which was sent. Returns how many. */
  async end({ target, eventId }: Delivery, now: Date): Promise<number> {
    // A target belongs to one account, and only pending deliveries are due. With `accountId` or `status` in the filter,
    // the database might read all pending deliveries of the account in place of those that were held.
    const { matchedCount } = await this.deliveries.updateMany(
      { target, held: { $exists: true }, 'held.forNext': true, eventId: { $lt: eventId }, dueAt: { $gt: now } },
      { $set: { dueAt: now } },
    );
    return matchedCount;
  }

  /** Whether a later delivery to the same target was attempted. */
  async hasSentLater({ accountId, target, eventId }: Delivery): Promise<boolean> {
    const later = { accountId, eventId: { $gt: eventId }, target, 'attempts.0': { $exists: true } };
    return (await this.deliveries.exists(later)) !== null;
  }
}
