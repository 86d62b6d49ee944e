import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { idAt } from '../platform/common/ids.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { HOLDING, moneyHeld } from './money-held.js';
import { Payment } from './payment.schema.js';
import { Refund } from './refund.schema.js';

/** An order and how many of its payments can hold money. */
interface PaidOrder {
  readonly _id: { readonly orderReference: string; readonly currency: string };
  readonly newest: string;
  readonly count: number;
}

/** Answers what really happened, for those who test with payments. */
@Injectable()
export class PaymentFacts {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(Refund.name) private readonly refunds: Model<Refund>,
  ) {}

  /** The payment that a request made between two times of the account's clock; null if there is none. */
  madeBy(accountId: string, requestId: string, from: Date, until: Date): Promise<Payment | null> {
    return this.payments
      .findOne({
        accountId,
        _id: { $gte: idAt('txn', from), $lt: idAt('txn', until) },
        history: { $elemMatch: { type: 'payment.created', 'cause.requestId': requestId } },
      })
      .sort({ _id: 1 })
      .lean<Payment>()
      .exec();
  }

  /** Those of these payments that the account has, oldest first. */
  ofIds(accountId: string, ids: readonly string[]): Promise<Payment[]> {
    return this.payments
      .find({ _id: { $in: [...new Set(ids.map((id) => idIn(accountId, id)))] }, accountId })
      .sort({ _id: 1 })
      .lean<Payment[]>()
      .exec();
  }

  /** The attempts of a payment intent, newest first. */
  ofIntent(accountId: string, intentId: string): Promise<Payment[]> {
    return this.payments
      .find({ accountId, paymentIntentId: idIn(accountId, intentId) })
      .sort({ _id: -1 })
      .lean<Payment[]>()
      .exec();
  }

  /** The payments of which refunds were made between two times of the account's clock. */
  async refundedWithin(accountId: string, from: Date, until: Date): Promise<Payment[]> {
    const refunds = await this.refunds
      .find({ accountId, _id: { $gte: idAt('ref', from), $lt: idAt('ref', until) } }, { paymentId: 1 })
      .lean<Pick<Refund, 'paymentId'>[]>();
    return this.payments
      .find({ _id: { $in: [...new Set(refunds.map(({ paymentId }) => paymentId))] }, accountId })
      .lean<Payment[]>()
      .exec();
  }

  /**
   * The payments that hold money, of orders that have several in one currency; by order, the latest orders first.
   *
   * @param most how many orders, and how many payments of each
   */
  async ofOrdersPaidTwice(accountId: string, most: number): Promise<Payment[][]> {
    const orders = await this.payments.aggregate<PaidOrder>([
      { $match: { accountId, orderReference: { $gte: '' }, status: { $in: HOLDING } } },
      {
        $group: {
          _id: { orderReference: '$orderReference', currency: '$currency' },
          newest: { $max: '$_id' },
          count: { $sum: 1 },
        },
      },
      { $match: { count: { $gte: 2 } } },
      { $sort: { newest: -1 } },
      { $limit: most },
    ]);
    const paid = await Promise.all(
      orders.map(({ _id: { orderReference, currency } }) =>
        this.payments
          .find({ accountId, orderReference, currency, status: { $in: HOLDING } })
          .sort({ _id: -1 })
          .limit(most)
          .lean<Payment[]>()
          .then((payments) => payments.filter((payment) => moneyHeld(payment) > 0).reverse()),
      ),
    );
    // A completed payment holds nothing while a refund of all of it is pending.
    return paid.filter(({ length }) => length >= 2);
  }
}
