import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { batched } from '../platform/database/batched.js';
import {
  batchedFinds,
  batchedInserts,
  collectionOf,
  type ConditionalUpdate,
  updateEach,
} from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { dueDocuments } from '../platform/due-work/due-documents.js';
import { Money } from '../platform/common/money.js';
import { idIn, worldOf } from '../platform/worlds/world-ids.js';
import { disputeView } from './dispute-view.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { type HistoryEntry, Payment } from './payment.schema.js';
import { PaymentNotFoundError } from './payment-errors.js';
import { PaymentRelay } from './payment-relay.worker.js';
import { paymentView } from './payment-view.js';
import { refundable } from './refund-rules.js';
import { searchKeysOf } from './search-keys.js';
import type { Change, HistoryItem } from './payment-state.js';
import type { PendingWrite } from './relay-progress.js';
import { assertHttpUrls } from '../platform/validation/http-url.js';

const NOBODY: readonly (() => void)[] = [];

/** A change, with the payment that it was decided on. */
interface DecidedChange {
  readonly payment: Payment;
  readonly change: Change;
  readonly changedAt: Date;
}

/** Payments in the database. Every write of a payment's state goes through here and is handed to the relay. */
@Injectable()
export class PaymentStore {
  readonly due: ReturnType<typeof dueDocuments<Payment>>;
  /** A Map: as names of events or properties, ids would each become a string that lives long. */
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly insertOne: (payment: Payment) => Promise<void>;
  private readonly findOne: (id: string) => Promise<Payment | null>;
  private readonly changeOne = batched((changes: readonly DecidedChange[]) => this.changeEach(changes));

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly relay: PaymentRelay,
    accountData: AccountData,
    links: ChallengeLinks,
  ) {
    accountData.register({
      model: payments,
      belongsTo: 'world',
      outlivesUser: true,
      copied: {
        ids: [
          '_id',
          'paymentIntentId',
          'customerId',
          'refunds.id',
          'disputes.id',
          'disputes.evidence.revision',
          'history.eventId',
          'history.refundId',
          'history.dispute.id',
          'dialect.amendments.eventId',
        ],
        left: ['leaseUntil', 'deletingAt', 'clockId'],
        byClock: true,
        moved: (payment) => withSearchKeys(withMovedLink(payment, links)),
        check: (payment) => {
          assertHttpUrls(payment, ['webhookUrl', 'returnUrl', 'challengeUrl']);
          assertShowable(payment as AccountDocument & Payment);
        },
      },
    });
    this.due = dueDocuments(payments);
    this.insertOne = batchedInserts(payments);
    this.findOne = batchedFinds(payments);
  }

  /**
   * Returns false if the id is taken: the same request made this payment before.
   *
   * @param told `later`: nobody waits until its events are stored, in a sandbox neither
   */
  async insert(payment: Payment, told: 'now' | 'later' = 'now'): Promise<boolean> {
    const write = this.relay.beginWrite(payment.changedAt);
    try {
      await this.insertOne(payment);
      if (told === 'later') write.made(payment, 0);
      else await this.hand(write, payment, 0);
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) {
        write.uncertain();
        throw error;
      }
      write.refused();
      return false;
    }
  }

  /** Hands a change to the relay. In a sandbox its events are stored when this resolves. */
  private async hand(write: PendingWrite<Payment>, payment: Payment, firstEntry: number): Promise<void> {
    if (worldOf(payment._id) === '') write.made(payment, firstEntry);
    else await this.relay.relayWrite(write, payment, firstEntry);
  }

  /** Returns null if there is no such payment, or if it is being deleted. */
  async find(id: string): Promise<Payment | null> {
    const payment = await this.findOne(id);
    return payment?.deletingAt ? null : payment;
  }

  /** An account's own payment. Throws PaymentNotFoundError. */
  async get(accountId: string, id: string): Promise<Payment> {
    const payment = await this.find(idIn(accountId, id));
    if (payment?.accountId !== accountId) throw PaymentNotFoundError.forAccount(id);
    return payment;
  }

  /**
   * Makes a change if the payment is still as it was when the change was decided.
   * @returns the changed payment; null if somebody else changed it first
   */
  async change(payment: Payment, change: Change): Promise<Payment | null> {
    const write = this.relay.beginWrite(new Date());
    try {
      const changed = await this.changeOne({ payment, change, changedAt: write.changedAt });
      if (changed) {
        await this.hand(write, changed, changed.history.length - change.entries.length);
        this.notify(changed._id);
      } else write.refused();
      return changed;
    } catch (error) {
      write.uncertain();
      throw error;
    }
  }

  /** `amend`, and those who follow the relay are told of the payment, with no new entry of its history. */
  async amendAndTell(payment: Payment, set: Pick<Payment, 'dialect'>): Promise<Payment | null> {
    const write = this.relay.beginWrite(new Date());
    try {
      const amended = await this.amend(payment, { ...set, changedAt: write.changedAt });
      if (amended) await this.hand(write, amended, amended.history.length);
      else write.refused();
      return amended;
    } catch (error) {
      write.uncertain();
      throw error;
    }
  }

  /**
   * Changes what is only shown of a payment, and is no step of its history, if the payment is still as it was read.
   * Returns null if it is not.
   */
  async amend(
    payment: Payment,
    set: Partial<Pick<Payment, 'dialect' | 'refunds' | 'changedAt'>>,
  ): Promise<Payment | null> {
    const { _id, version } = payment;
    return this.payments
      .findOneAndUpdate(
        { _id, version, deletingAt: { $exists: false } },
        { $set: { ...set, version: version + 1 } },
        { returnDocument: 'after' },
      )
      .lean<Payment>()
      .exec();
  }

  /** Payments of an account, newest first. The filter needs an index (docs/decisions/0011). */
  list(accountId: string, filter: QueryFilter<Payment>, page: PageRequest): Promise<Page<Payment>> {
    return findPage(this.payments, accountId, { ...filter, deletingAt: { $exists: false } }, page);
  }

  /** Calls `listener` when this process has changed the payment `id`. @returns what stops listening */
  onceChanged(id: string, listener: () => void): () => void {
    const ofPayment = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, ofPayment.add(listener));
    return () => {
      ofPayment.delete(listener);
      if (ofPayment.size === 0) this.listeners.delete(id);
    };
  }

  /**
   * Marks a payment as being deleted, if it is still as it was read. No further change of it succeeds. It is due at
   * once, so that due work completes a deletion that a crash interrupts.
   */
  async beginDeletion({ _id, version }: Payment): Promise<boolean> {
    const now = new Date();
    const { modifiedCount } = await this.payments.updateOne(
      { _id, version },
      { $set: { deletingAt: now, dueAt: now, version: version + 1 }, $unset: { clockId: 1 } },
    );
    return modifiedCount === 1;
  }

  /** Removes a payment whose deletion has begun. */
  async remove(id: string): Promise<void> {
    await this.payments.deleteOne({ _id: id, deletingAt: { $exists: true } });
  }

  /** Ends the due work of a payment, unless somebody else changed it first. */
  async clearDue({ _id, version }: Payment): Promise<null> {
    await this.payments.updateOne({ _id, version }, { $unset: { dueAt: 1 } });
    return null;
  }

  private notify(id: string): void {
    for (const listener of this.listeners.get(id) ?? NOBODY) listener();
  }

  private async changeEach(changes: readonly DecidedChange[]): Promise<(Payment | null | Error)[]> {
    const { matched, errors } = await updateEach(this.payments, changes.map(updateOf));
    if (matched === changes.length) return changes.map(changedPayment);
    // The database only counts matches; the payments themselves show which changes were made.
    const ids = changes.map(({ payment }) => payment._id);
    const stored = await collectionOf(this.payments)
      .find({ _id: { $in: ids } })
      .toArray();
    const byId = new Map(stored.map((payment) => [payment._id, payment]));
    return changes.map(
      (decided, index) =>
        errors.get(index) ?? (holds(byId.get(decided.payment._id), decided.change) ? changedPayment(decided) : null),
    );
  }
}

/** Throws if an amount of the payment or of its disputes is none, or if refunds and disputes exceed the payment. */
function assertShowable(payment: AccountDocument & Payment): void {
  paymentView(payment);
  Money.ofMinor(refundable(payment), payment.currency);
  for (const dispute of payment.disputes ?? []) disputeView(payment, dispute);
}

/** The link of a challenge carries the world. */
function withMovedLink(payment: AccountDocument, links: ChallengeLinks): AccountDocument {
  const { _id, challengeUrl } = payment;
  return typeof challengeUrl === 'string' ? { ...payment, challengeUrl: links.movedTo(_id, challengeUrl) } : payment;
}

/** One conditional update: state and history together, or not at all. */
function updateOf({
  payment: { _id, version, updatedAt },
  change: { set, entries },
  changedAt,
}: DecidedChange): ConditionalUpdate {
  const { dueAt, ...facts } = set;
  return {
    filter: { _id, version },
    update: {
      $set: {
        ...facts,
        version: version + 1,
        changedAt,
        updatedAt: updatedBy(entries, updatedAt),
        ...(dueAt && { dueAt }),
      },
      ...(!dueAt && { $unset: { dueAt: 1 } }),
      $push: { history: { $each: recorded(entries, changedAt) } },
    },
  };
}

function changedPayment({ payment, change: { set, entries }, changedAt }: DecidedChange): Payment {
  // `set.dueAt` replaces the old one; undefined means never.
  return Object.assign({}, payment, set, {
    version: payment.version + 1,
    changedAt,
    updatedAt: updatedBy(entries, payment.updatedAt),
    history: [...payment.history, ...recorded(entries, changedAt)],
  });
}

/** The time of the last entry, by the account's clock. */
function updatedBy(entries: readonly HistoryItem[], before: Date): Date {
  return entries.at(-1)?.at ?? before;
}

function recorded(entries: readonly HistoryItem[], recordedAt: Date): HistoryEntry[] {
  return entries.map((entry) => ({ ...entry, recordedAt }));
}

function holds(stored: Pick<Payment, 'history'> | undefined, { entries }: Change): boolean {
  const last = entries.at(-1);
  return last !== undefined && (stored?.history.some(({ eventId }) => eventId === last.eventId) ?? false);
}

/** Snapshots of earlier versions have none. */
function withSearchKeys(payment: AccountDocument): AccountDocument {
  return { ...payment, searchKeys: searchKeysOf(String(payment.customerName)) };
}
