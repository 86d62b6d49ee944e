import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { insertDocument, updateEach } from '../common/driver-writes.js';
import { isDuplicateKey } from '../common/duplicate-key.js';
import { newId } from '../common/ids.js';
import { Money } from '../common/money.js';
import { Config } from '../config/config.js';
import type { Role } from '../users/role.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import { type Cause, type HistoryEntry, Payment } from './payment.schema.js';
import { NoPaymentsFoundError, NotPaymentOwnerError, PaymentNotFoundError } from './payment-errors.js';
import { MOVES, nextStatus, type PaymentMove, type PaymentStatus } from './payment-lifecycle.js';
import { PaymentRelayWorker } from './payment-relay.worker.js';

/** What a customer shall pay. */
export interface Charge {
  readonly customerName: string;
  readonly amount: Money;
  readonly details: string | null;
  readonly webhookUrl: string | null;
}

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

const MAY_DELETE_ANY: readonly Role[] = ['admin', 'system_admin'];

@Injectable()
export class PaymentsService {
  constructor(
    private readonly config: Config,
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly relay: PaymentRelayWorker,
    private readonly webhookUrls: WebhookUrlService,
  ) {}

  /**
   * A pending payment `id`, durable when this resolves; it completes by itself after the processing delay.
   * Throws ValidationFailedError for a webhookUrl that nothing may be sent to.
   */
  async charge(accountId: string, id: string, { customerName, amount, details, webhookUrl }: Charge, requestId: string): Promise<Payment> {
    const now = new Date();
    const created = this.entry('payment.created', now, null, 'pending', amount.minor, { by: 'request', requestId });
    if (webhookUrl !== null) this.webhookUrls.assertAllowed(webhookUrl, 'webhookUrl');
    const payment: Payment = {
      _id: id,
      accountId,
      customerName,
      amount: amount.minor,
      currency: amount.currency,
      comparableAmount: amount.comparable,
      details,
      webhookUrl,
      status: 'pending',
      version: 1,
      createdAt: now,
      dueAt: new Date(now.getTime() + this.config.PAYMENT_PROCESSING_DELAY_MS),
      history: [created],
      relayed: 0,
      relayAt: now,
    };
    try {
      await insertDocument(this.payments, payment);
    } catch (error) {
      // The same request ran before and was not answered: it made this payment.
      if (isDuplicateKey(error)) return this.get(accountId, id);
      throw error;
    }
    this.relay.wake();
    return payment;
  }

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
      ...(customerNamePrefix === undefined ? [] : [{ customerName: { $regex: `^${escapeRegExp(customerNamePrefix)}` } }]),
      ...(Object.keys(bounds).length === 0 ? [] : [{ comparableAmount: bounds }]),
      ...(query.startingAfter === undefined ? [] : [await this.after(accountId, query.startingAfter, query)]),
    ];
    const direction = sortOrder === 'asc' ? 1 : -1;
    const sort = { ...(sortBy === 'amount' && { comparableAmount: direction }), _id: direction } as Record<string, 1 | -1>;
    const found = this.payments.find(conditions.length === 1 ? (conditions[0] ?? {}) : { $and: conditions }).sort(sort);
    const payments = await (limit === undefined ? found : found.limit(limit + 1)).lean<Payment[]>();
    if (payments.length === 0) throw new NoPaymentsFoundError('No transactions found matching the query for this user.');
    return limit === undefined ? { payments } : { payments: payments.slice(0, limit), hasMore: payments.length > limit };
  }

  /** Throws PaymentNotFoundError. */
  async get(accountId: string, id: string): Promise<Payment> {
    const payment = await this.payments.findOne({ _id: id, accountId }).lean<Payment>();
    if (!payment) throw PaymentNotFoundError.forAccount(id);
    return payment;
  }

  /** By its owner or an administrator. Throws PaymentNotFoundError, NotPaymentOwnerError. */
  async delete(caller: { readonly accountId: string; readonly role: Role }, id: string): Promise<void> {
    for (;;) {
      const payment = await this.payments.findById(id).lean<Payment>();
      if (!payment) throw PaymentNotFoundError.anywhere(id);
      if (payment.accountId !== caller.accountId && !MAY_DELETE_ANY.includes(caller.role)) throw new NotPaymentOwnerError();
      // What has already happened to it is told before it goes.
      await this.relay.relay([payment]);
      const { deletedCount } = await this.payments.deleteOne({ _id: id, version: payment.version });
      if (deletedCount === 1) return;
    }
  }

  /**
   * Does what is due of a batch of payments.
   * @returns how many were due
   */
  async processDue(now: Date, batchSize: number): Promise<number> {
    const due = await this.payments.find({ dueAt: { $lte: now } }).sort({ dueAt: 1 }).limit(batchSize).lean<Payment[]>();
    if (due.length === 0) return 0;
    // Compare-and-set on the version: another process may do the same work, and one of us changes nothing.
    await updateEach(
      this.payments,
      due.map((payment) => ({
        filter: { _id: payment._id, version: payment.version },
        update: this.changeOf(payment, 'complete', now, { by: 'due_work', requestId: null }),
      })),
    );
    this.relay.wake();
    return due.length;
  }

  /** When the next payment is due; null if none is. */
  async nextDueAt(): Promise<Date | null> {
    const next = await this.payments.findOne({ dueAt: { $exists: true } }, { dueAt: 1 }).sort({ dueAt: 1 }).lean<Payment>();
    return next?.dueAt ?? null;
  }

  /** How many payments are due, and since when the longest. */
  async dueWork(now: Date): Promise<{ count: number; oldest: Date | null }> {
    const [count, oldest] = await Promise.all([this.payments.countDocuments({ dueAt: { $lte: now } }), this.nextDueAt()]);
    return { count, oldest: oldest !== null && oldest <= now ? oldest : null };
  }

  /** Of all accounts; from the collection's own count, so that it costs the same for any number. */
  countAll(): Promise<number> {
    return this.payments.estimatedDocumentCount();
  }

  async countByStatus(): Promise<Record<string, number>> {
    const rows = await this.payments.aggregate<{ _id: PaymentStatus; count: number }>([{ $group: { _id: '$status', count: { $sum: 1 } } }]);
    return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
  }

  /** What was completed, in major units by currency. */
  async volumeByCurrency(): Promise<Record<string, number>> {
    const rows = await this.payments.aggregate<{ _id: string; total: number }>([
      { $match: { status: 'completed' } },
      { $group: { _id: '$currency', total: { $sum: '$amount' } } },
    ]);
    return Object.fromEntries(rows.map(({ _id, total }) => [_id, Money.ofMinor(total, _id).major]));
  }

  /** What comes after the payment `id` in the order of the query. */
  private async after(accountId: string, id: string, { sortBy, sortOrder }: PaymentQuery): Promise<QueryFilter<Payment>> {
    const beyond = sortOrder === 'asc' ? '$gt' : '$lt';
    const sameAmount: QueryFilter<Payment> = { _id: { [beyond]: id } };
    if (sortBy === 'createdAt') return sameAmount;
    const { comparableAmount } = await this.get(accountId, id);
    return { $or: [{ comparableAmount: { [beyond]: comparableAmount } }, { comparableAmount, ...sameAmount }] };
  }

  /** The update of one move: state, history and what the relay needs, in one write. Throws IllegalTransitionError. */
  private changeOf(payment: Payment, move: PaymentMove, at: Date, cause: Cause) {
    const to = nextStatus(payment.status, move);
    return {
      $set: { status: to, version: payment.version + 1, relayAt: at },
      $unset: { dueAt: 1 as const },
      $push: { history: this.entry(MOVES[move].event, at, payment.status, to, payment.amount, cause) },
    };
  }

  private entry(type: HistoryEntry['type'], at: Date, from: PaymentStatus | null, to: PaymentStatus, amount: number, cause: Cause): HistoryEntry {
    return { eventId: newId('evt', at), type, at, from, to, amount, cause };
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
