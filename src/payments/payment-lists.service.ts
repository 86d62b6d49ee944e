import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { majorOfSum } from '../platform/common/money.js';
import { countBy } from '../platform/database/count-by.js';
import { CUSTOMER_NAME_INDEX, Payment } from './payment.schema.js';
import { NoPaymentsFoundError, PaymentNotFoundError } from './payment-errors.js';
import { PAYMENT_STATUSES } from './payment-lifecycle.js';

export interface PaymentQuery {
  readonly filter: QueryFilter<Payment>;
  readonly customerNamePrefix?: string;
  /** Bounds on `Payment.comparableAmount`. */
  readonly min?: number;
  readonly max?: number;
  readonly sortBy: 'amount' | 'createdAt';
  readonly sortOrder: 'asc' | 'desc';
  /** A page of so many; all that match where it is not given. */
  readonly limit?: number;
  readonly startingAfter?: string;
}

/** What a query found; `hasMore` where a page was asked for. */
export interface QueriedPayments {
  readonly payments: readonly Payment[];
  readonly hasMore?: boolean;
}

/** Payments as they are listed, queried and counted. */
@Injectable()
export class PaymentListsService {
  constructor(@InjectModel(Payment.name) private readonly payments: Model<Payment>) {}

  /** Newest first. Throws NoPaymentsFoundError. */
  async list(accountId: string): Promise<Payment[]> {
    const payments = await this.payments.find({ accountId }).sort({ _id: -1 }).lean<Payment[]>();
    if (payments.length === 0) throw new NoPaymentsFoundError('No transactions found for this user.');
    return payments;
  }

  /** Throws NoPaymentsFoundError, PaymentNotFoundError for a cursor that is none. */
  async query(accountId: string, query: PaymentQuery): Promise<QueriedPayments> {
    const { filter, customerNamePrefix, min, max, sortBy, sortOrder, limit } = query;
    const bounds = { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) };
    const conditions: QueryFilter<Payment>[] = [
      { accountId, ...filter },
      ...(customerNamePrefix === undefined
        ? []
        : [{ customerName: { $regex: `^${escapeRegExp(customerNamePrefix)}` } }]),
      ...(Object.keys(bounds).length === 0 ? [] : [{ comparableAmount: bounds }]),
      ...(query.startingAfter === undefined ? [] : [await this.after(accountId, query.startingAfter, query)]),
    ];
    const direction = sortOrder === 'asc' ? 1 : -1;
    const sort = { ...(sortBy === 'amount' && { comparableAmount: direction }), _id: direction } as Record<
      string,
      1 | -1
    >;
    const found = this.payments.find(conditions.length === 1 ? (conditions[0] ?? {}) : { $and: conditions }).sort(sort);
    // A name is rare among the payments of an account; a planner would rather read them all in the order of the page.
    if (customerNamePrefix !== undefined) found.hint(CUSTOMER_NAME_INDEX);
    const payments = await (limit === undefined ? found : found.limit(limit + 1)).lean<Payment[]>();
    if (payments.length === 0)
      throw new NoPaymentsFoundError('No transactions found matching the query for this user.');
    return limit === undefined
      ? { payments }
      : { payments: payments.slice(0, limit), hasMore: payments.length > limit };
  }

  /** Of all accounts; from the collection's own count, so that it costs the same for any number. */
  countAll(): Promise<number> {
    return this.payments.estimatedDocumentCount();
  }

  countByStatus(): Promise<Record<string, number>> {
    return countBy(this.payments, 'status', PAYMENT_STATUSES);
  }

  /** What was captured, in major units by currency; a sum beyond the safe integers is rounded. */
  async volumeByCurrency(): Promise<Record<string, number>> {
    const rows = await this.payments.aggregate<{ _id: string; total: number }>([
      { $match: { status: { $in: ['completed', 'refunded'] } } },
      { $group: { _id: '$currency', total: { $sum: '$amountCaptured' } } },
    ]);
    return Object.fromEntries(rows.map(({ _id, total }) => [_id, majorOfSum(total, _id)]));
  }

  /** What comes after the payment `id` in the order of the query. */
  private async after(
    accountId: string,
    id: string,
    { sortBy, sortOrder }: PaymentQuery,
  ): Promise<QueryFilter<Payment>> {
    const beyond = sortOrder === 'asc' ? '$gt' : '$lt';
    const sameAmount: QueryFilter<Payment> = { _id: { [beyond]: id } };
    if (sortBy === 'createdAt') return sameAmount;
    const cursor = await this.payments.findOne({ _id: id, accountId }, { comparableAmount: 1 }).lean<Payment>();
    if (!cursor) throw PaymentNotFoundError.forAccount(id);
    const { comparableAmount } = cursor;
    return { $or: [{ comparableAmount: { [beyond]: comparableAmount } }, { comparableAmount, ...sameAmount }] };
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
