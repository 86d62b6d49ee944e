import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { idPattern } from '../platform/common/ids.js';
import { beginsWith, wordBeginsWith } from '../platform/common/search-text.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { NameIndex } from './name-index.service.js';
import { AMOUNT_INDEX, ORDER_REFERENCE_INDEX, Payment, SEARCH_INDEX } from './payment.schema.js';
import { type PaymentOrder, sortOf } from './payment-order.js';
import { searchPrefix } from './search-keys.js';

/** A search among the payments of an account. */
export interface PaymentSearchRequest {
  readonly search: string;
  /** What the payments satisfy besides; names the account. */
  readonly conditions: readonly QueryFilter<Payment>[];
  /** Those of the conditions that one index serves in the order of the list. */
  readonly served: readonly QueryFilter<Payment>[];
  /** Bounds on the amount, with the account, where the list has another order; null if there are none. */
  readonly bounds: QueryFilter<Payment> | null;
  /** Whether the conditions have the beginning of a customer's name. */
  readonly hasName: boolean;
  /** Whether the list is in the order of the ids, and the conditions leave a part of it without gaps. */
  readonly isUnfiltered: boolean;
  readonly order: PaymentOrder;
  /** How many, from the first. */
  readonly wanted: number;
}

/** So many payments are read in the order of the list before an index of what is searched for is asked. */
const WALKED = 500;

/** If bounds on the amount leave fewer payments, all of these are read. */
const MAX_BOUNDED = 2_000;

/** If fewer of them match, the index finds less than the rest of the list has. */
const FEW = WALKED / 30;

const PAYMENT_ID = idPattern('txn');

/**
 * Finds payments by their id, by the beginning of their order reference or of a word of the customer's name.
 *
 * An index finds the payments that match a beginning, but not in the order of the list: all of them are found and
 * sorted. What many payments match is therefore looked for in the list itself, from its first payment on. The first
 * WALKED payments of the list tell which is less work.
 */
@Injectable()
export class PaymentSearch {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly names: NameIndex,
  ) {}

  async find(accountId: string, request: PaymentSearchRequest): Promise<Payment[]> {
    const { search, bounds, hasName, isUnfiltered } = request;
    if (PAYMENT_ID.test(search)) return this.list(request, { _id: idIn(accountId, search) });
    if (!this.names.hasSearchKeys)
      return this.list(request, { $or: [{ customerName: wordBeginsWith(search) }, ofReference(search)] });

    const matchingSearch = ofNameOrReference(search);
    if (hasName) return this.list(request, matchingSearch, SEARCH_INDEX);
    if (bounds && (await this.payments.countDocuments(bounds).limit(MAX_BOUNDED)) < MAX_BOUNDED)
      return this.list(request, matchingSearch, AMOUNT_INDEX);

    const { matching, isWhole } = await this.walk(request);
    const near = matching.length === 0 ? [] : await this.list(request, { _id: { $in: [...matching] } });
    if (isWhole || near.length === request.wanted) return near;
    // The keys of the index end with the id: in the order of the ids, few payments that do not match are read.
    return isUnfiltered || near.length < FEW ? this.indexed(request) : this.list(request, matchingSearch);
  }

  /** The first payments that also satisfy `more`; without an index, from the first payment of the list on. */
  private list(
    { conditions, order, wanted }: PaymentSearchRequest,
    more: QueryFilter<Payment>,
    index?: Record<string, 1 | -1>,
  ): Promise<Payment[]> {
    const found = this.payments
      .find({ $and: [...conditions, more] })
      .sort(sortOf(order))
      .limit(wanted);
    return (index ? found.hint(index) : found).lean<Payment[]>().exec();
  }

  /** Which of the first payments of the list match the search, and whether these are all that the list has. */
  private async walk({ search, served, order }: PaymentSearchRequest): Promise<{
    readonly matching: readonly string[];
    readonly isWhole: boolean;
  }> {
    const prefix = searchPrefix(search);
    const walked = await this.payments
      .find({ $and: [...served] }, { searchKeys: 1, orderReference: 1 })
      .sort(sortOf(order))
      .limit(WALKED)
      .lean<Pick<Payment, '_id' | 'searchKeys' | 'orderReference'>[]>();
    const matching = walked.filter(
      ({ searchKeys = [], orderReference }) =>
        [orderReference ?? ''].some((reference) => reference.startsWith(search)) ||
        (prefix !== '' && searchKeys.some((key) => key.startsWith(prefix))),
    );
    return { matching: matching.map(({ _id }) => _id), isWhole: walked.length < WALKED };
  }

  /** By the indexes of the names and of the order references. */
  private async indexed(request: PaymentSearchRequest): Promise<Payment[]> {
    const { search, order, wanted } = request;
    const prefix = searchPrefix(search);
    const [named, referring] = await Promise.all([
      prefix === '' ? [] : this.list(request, { searchKeys: beginsWith(prefix) }, SEARCH_INDEX),
      this.list(request, ofReference(search), ORDER_REFERENCE_INDEX),
    ]);
    const found = new Map([...named, ...referring].map((payment) => [payment._id, payment]));
    return [...found.values()].sort(comparing(order)).slice(0, wanted);
  }
}

/** A search of accents alone finds no name. */
function ofNameOrReference(search: string): QueryFilter<Payment> {
  const prefix = searchPrefix(search);
  return { $or: [...(prefix === '' ? [] : [{ searchKeys: beginsWith(prefix) }]), ofReference(search)] };
}

/** The first condition lets the partial index serve it. */
function ofReference(search: string): QueryFilter<Payment> {
  return { orderReference: { $gte: '', ...beginsWith(search) } };
}

function comparing({ sortBy, sortOrder }: PaymentOrder): (a: Payment, b: Payment) => number {
  const direction = sortOrder === 'asc' ? 1 : -1;
  return (a, b) => {
    const byAmount = sortBy === 'amount' ? a.comparableAmount - b.comparableAmount : 0;
    return direction * (byAmount || (a._id < b._id ? -1 : 1));
  };
}
