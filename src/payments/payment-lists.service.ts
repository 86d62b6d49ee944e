import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { EventsService } from '../events/events.service.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { majorOfSum, Money } from '../platform/common/money.js';
import { type Page, pageOfRows, type PageRequest } from '../platform/database/page.js';
import type { PaymentView } from './payment-view.js';
import { countBy } from '../platform/database/count-by.js';
import { NameIndex } from './name-index.service.js';
import { Payment } from './payment.schema.js';
import { type PaymentOrder, sortOf } from './payment-order.js';
import { PaymentSearch } from './payment-search.service.js';
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
  /** A whole id, or how the order reference or a word of the name begins. */
  readonly search?: string;
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
    private readonly names: NameIndex,
    private readonly search: PaymentSearch,
  ) {}

  /** Newest first. Throws NoPaymentsFoundError. */
  async list(accountId: string): Promise<QueriedPayments> {
    const payments = await this.payments.find({ accountId }).sort({ _id: -1 }).lean<Payment[]>();
    if (payments.length === 0) throw new NoPaymentsFoundError('No transactions found for this user.');
    return { payments, total: payments.length };
  }

  /** Throws NoPaymentsFoundError if nothing matches, PaymentNotFoundError if the amount of the cursor is unknown. */
  async query(accountId: string, { filter, order, page }: PaymentQuery): Promise<QueriedPayments> {
    const matching = this.conditionsOf(accountId, filter);
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
    const conditions = [...this.conditionsOf(accountId, filter), ...cursors.flat()];
    const direction = backwards ? reversed(order) : order;
    const rows =
      filter.search === undefined
        ? await this.find(conditions, direction, filter)
            .limit(limit + 1)
            .lean<Payment[]>()
        : await this.search.find(accountId, {
            search: filter.search,
            conditions,
            served: [servedConditionOf(accountId, filter, order), ...cursors.flat()],
            bounds: order.sortBy === 'amount' ? null : withAccount(accountId, amountCondition(filter)),
            isUnfiltered: order.sortBy === 'createdAt' && isUnfiltered(filter),
            hasName: filter.customerNamePrefix !== undefined,
            order: direction,
            wanted: limit + 1,
          });
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
    const found = this.payments.find({ $and: [...conditions] }).sort(sortOf(order));
    // Few payments have this name; without the hint, the planner may read all payments of the account in page order.
    return customerNamePrefix === undefined ? found : found.hint(this.names.index);
  }

  private conditionsOf(accountId: string, filter: PaymentFilter): QueryFilter<Payment>[] {
    const { equal, customerNamePrefix, metadataKeys = [], updatedAfter } = filter;
    const amount = amountCondition(filter);
    return [
      { accountId, ...equal },
      ...(customerNamePrefix === undefined ? [] : this.names.beginningWith(customerNamePrefix)),
      ...(amount ? [amount] : []),
      ...metadataKeys.map((key) => ({ metadataKeys: key })),
      ...(updatedAfter === undefined ? [] : [{ updatedAt: { $gte: updatedAfter } }]),
    ];
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
    return {
      // Bounds the index, which the alternatives do not.
      comparableAmount: { [`${beyond}e`]: comparableAmount },
      $or: [{ comparableAmount: { [beyond]: comparableAmount } }, { comparableAmount, ...sameAmount }],
    };
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

function amountCondition({ min, max }: PaymentFilter): QueryFilter<Payment> | null {
  if (min === undefined && max === undefined) return null;
  return {
    comparableAmount: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) },
  };
}

/** Whether it leaves all payments, or all of some time. */
function isUnfiltered(filter: PaymentFilter): boolean {
  const others = Object.keys(filter).filter((condition) => condition !== 'equal' && condition !== 'search');
  return others.length === 0 && Object.keys(filter.equal).every((field) => field === '_id');
}

function withAccount(accountId: string, condition: QueryFilter<Payment> | null): QueryFilter<Payment> | null {
  return condition && { accountId, ...condition };
}

/** As much of a filter as one index serves in this order. */
function servedConditionOf(accountId: string, filter: PaymentFilter, { sortBy }: PaymentOrder): QueryFilter<Payment> {
  if (sortBy === 'amount') return { accountId, ...amountCondition(filter) };
  const { _id, orderReference, status, currency } = filter.equal;
  const [metadataKeys] = filter.metadataKeys ?? [];
  const [served] = Object.entries({ orderReference, metadataKeys, status, currency }).filter(([, value]) => value);
  return { accountId, ...(_id !== undefined && { _id }), ...(served && { [served[0]]: served[1] as string }) };
}

function reversed({ sortBy, sortOrder }: PaymentOrder): PaymentOrder {
  return { sortBy, sortOrder: sortOrder === 'asc' ? 'desc' : 'asc' };
}

function nothingMatches(): NoPaymentsFoundError {
  return new NoPaymentsFoundError('No transactions found matching the query for this user.');
}
