import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { EventsService } from '../events/events.service.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { beginsWith } from '../platform/common/search-text.js';
import { majorOfSum, Money } from '../platform/common/money.js';
import { type Page, pageOfRows, type PageRequest } from '../platform/database/page.js';
import type { PaymentView } from './payment-view.js';
import { countBy } from '../platform/database/count-by.js';
import { CUSTOMER_NAME_INDEX, Payment } from './payment.schema.js';
import { NoPaymentsFoundError, PaymentNotFoundError } from './payment-errors.js';
import { PAYMENT_STATUSES } from './payment-lifecycle.js';

/** Selects payments; a condition that is not given selects all. */
export interface PaymentFilter {
  readonly equal: QueryFilter<Payment>;
  readonly customerNamePrefix?: string;
  /** Bounds on `Payment.comparableAmount`. */
  readonly min?: number;
  readonly max?: number;
  /** All of them: see metadata-keys.ts. */
  readonly metadataKeys?: readonly string[];
  readonly updatedAfter?: Date;
}

export interface PaymentOrder {
  readonly sortBy: 'amount' | 'createdAt';
  readonly sortOrder: 'asc' | 'desc';
}

/** A page of payments in an order. */
export interface PageOfPayments {
  readonly filter: PaymentFilter;
  readonly order: PaymentOrder;
  readonly page: PageRequest;
}

/** The same; without a page, all payments that match. */
export type PaymentQuery = Omit<PageOfPayments, 'page'> & Partial<Pick<PageOfPayments, 'page'>>;

/** What a query found: `total` counts all that match; `hasMore` is set if a page was asked for. */
export interface QueriedPayments {
  readonly payments: readonly Payment[];
  readonly total: number;
  readonly hasMore?: boolean;
}

/** Payments as they are listed, queried and counted. */
@Injectable()
export class PaymentListsService {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly events: EventsService,
  ) {}

  /** Newest first. Throws NoPaymentsFoundError. */
  async list(accountId: string): Promise<QueriedPayments> {
    const payments = await this.payments.find({ accountId }).sort({ _id: -1 }).lean<Payment[]>();
    if (payments.length === 0) throw new NoPaymentsFoundError('No transactions found for this user.');
    return { payments, total: payments.length };
  }

  /** Throws NoPaymentsFoundError if nothing matches, PaymentNotFoundError if the amount of the cursor is unknown. */
  async query(accountId: string, { filter, order, page }: PaymentQuery): Promise<QueriedPayments> {
    const matching = conditionsOf(accountId, filter);
    if (page === undefined) {
      const payments = await this.find(matching, order, filter).lean<Payment[]>();
      if (payments.length === 0) throw nothingMatches();
      return { payments, total: payments.length };
    }
    const { data, hasMore } = await this.page(accountId, { filter, order, page });
    if (data.length === 0) throw nothingMatches();
    return { payments: data, total: await this.payments.countDocuments({ $and: matching }), hasMore };
  }

  /** Throws PaymentNotFoundError if the amount of the cursor is unknown. */
  async page(accountId: string, { filter, order, page }: PageOfPayments): Promise<Page<Payment>> {
    const { limit, startingAfter, endingBefore } = page;
    const backwards = endingBefore !== undefined && startingAfter === undefined;
    const cursors = await Promise.all([
      startingAfter === undefined ? [] : this.beyond(accountId, idIn(accountId, startingAfter), order),
      endingBefore === undefined ? [] : this.beyond(accountId, idIn(accountId, endingBefore), reversed(order)),
    ]);
    const conditions = [...conditionsOf(accountId, filter), ...cursors.flat()];
    const rows = await this.find(conditions, backwards ? reversed(order) : order, filter)
      .limit(limit + 1)
      .lean<Payment[]>();
    return pageOfRows(rows, limit, backwards);
  }

  /** Counts the payments of all accounts, from the collection's own count: equally fast for any number. */
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

  private find(
    conditions: readonly QueryFilter<Payment>[],
    order: PaymentOrder,
    { customerNamePrefix }: PaymentFilter,
  ) {
    const direction = order.sortOrder === 'asc' ? 1 : -1;
    const sort: Record<string, 1 | -1> = {
      ...(order.sortBy === 'amount' && { comparableAmount: direction }),
      _id: direction,
    };
    const found = this.payments.find({ $and: [...conditions] }).sort(sort);
    // Few payments have this name; without the hint, the planner may read all payments of the account in page order.
    return customerNamePrefix === undefined ? found : found.hint(CUSTOMER_NAME_INDEX);
  }

  /** The condition for what comes after the payment `id` in this order. */
  private async beyond(
    accountId: string,
    id: string,
    { sortBy, sortOrder }: PaymentOrder,
  ): Promise<QueryFilter<Payment>> {
    const beyond = sortOrder === 'asc' ? '$gt' : '$lt';
    const sameAmount: QueryFilter<Payment> = { _id: { [beyond]: id } };
    if (sortBy === 'createdAt') return sameAmount;
    const comparableAmount = await this.comparableAmountOf(accountId, id);
    return { $or: [{ comparableAmount: { [beyond]: comparableAmount } }, { comparableAmount, ...sameAmount }] };
  }

  /** If the payment was deleted, its first event still has the amount. */
  private async comparableAmountOf(accountId: string, id: string): Promise<number> {
    const payment = await this.payments.findOne({ _id: id, accountId }, { comparableAmount: 1 }).lean<Payment>();
    if (payment) return payment.comparableAmount;
    const created = await this.events.findOf(accountId, id, 'payment.created');
    if (!created) throw PaymentNotFoundError.forAccount(publicId(id));
    const { amount, currency } = created.data as PaymentView;
    return Money.ofMajor(amount, currency).comparable;
  }
}

function conditionsOf(accountId: string, filter: PaymentFilter): QueryFilter<Payment>[] {
  const { equal, customerNamePrefix, min, max, metadataKeys = [], updatedAfter } = filter;
  const bounds = { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) };
  return [
    { accountId, ...equal },
    ...(customerNamePrefix === undefined ? [] : [{ customerName: beginsWith(customerNamePrefix) }]),
    ...(Object.keys(bounds).length === 0 ? [] : [{ comparableAmount: bounds }]),
    ...metadataKeys.map((key) => ({ metadataKeys: key })),
    ...(updatedAfter === undefined ? [] : [{ updatedAt: { $gte: updatedAfter } }]),
  ];
}

function reversed({ sortBy, sortOrder }: PaymentOrder): PaymentOrder {
  return { sortBy, sortOrder: sortOrder === 'asc' ? 'desc' : 'asc' };
}

function nothingMatches(): NoPaymentsFoundError {
  return new NoPaymentsFoundError('No transactions found matching the query for this user.');
}
