import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Payment, PaymentTombstone } from '../payments/payment.schema.js';
import { collectionOf } from '../platform/database/driver-writes.js';
import { TooManyOpenRequestsError } from '../platform/errors/too-many-open-requests.error.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { compare, type Difference, EntrySums, paymentSumsDiffer, unbalanced } from './audit-checks.js';
import type { Balance } from './balance.schema.js';
import { LedgerEntry } from './ledger-entry.schema.js';
import { type Reader, LedgerService } from './ledger.service.js';
import type { NewEntry } from './new-entry.js';
import { entriesOfPayment } from './payment-entries.js';

/** How many things an audit counts. */
export interface AuditCounts {
  readonly entries: number;
  readonly payments: number;
  readonly refunds: number;
  readonly disputes: number;
  readonly payouts: number;
}

export interface AuditReport {
  readonly balanced: boolean;
  readonly checked: AuditCounts;
  readonly differences: Difference[];
}

/** What a source of entries says of one of its objects: the entries that must be there. */
export interface AuditedObject {
  readonly entries: readonly NewEntry[];
}

/** A room that posts entries of its own. */
export interface EntrySource {
  readonly counts: keyof AuditCounts;
  /** Every object of the account that has posted something. */
  objectsOf(accountId: string): AsyncIterable<AuditedObject>;
}

/** An audit reads all that an account has. */
const MAX_AUDITS = 16;
const MAX_AUDITS_OF_ACCOUNT = 4;

const BATCH = 200;
/** An answer with more is of no use; the count of differences is not limited by the check, only by what is shown. */
const MAX_DIFFERENCES = 1_000;
/** Payments change while they are read. What an audit finds is read again before it is said. */
const MAX_TRIES = 3;

/** Checks that every movement of money is in the ledger exactly once, and that balances are what their entries say. */
@Injectable()
export class LedgerAudit {
  private readonly sources: EntrySource[] = [];
  private readonly places = new WaitingPlaces(MAX_AUDITS, MAX_AUDITS_OF_ACCOUNT);

  constructor(
    @InjectModel(LedgerEntry.name) private readonly ledger: Model<LedgerEntry>,
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(PaymentTombstone.name) private readonly tombstones: Model<PaymentTombstone>,
    private readonly reads: LedgerService,
  ) {}

  /** Call it before the application has started. */
  register(source: EntrySource): void {
    this.sources.push(source);
  }

  /** Throws TooManyOpenRequestsError while too many audits run. */
  async audit(reader: Reader): Promise<AuditReport> {
    if (!this.places.take(reader.accountId))
      throw new TooManyOpenRequestsError(
        `At most ${MAX_AUDITS_OF_ACCOUNT} audits of an account run at once. Ask again when one has ended.`,
      );
    try {
      return await this.auditUnchanged(reader);
    } finally {
      this.places.giveBack(reader.accountId);
    }
  }

  private async auditUnchanged(reader: Reader): Promise<AuditReport> {
    for (let tries = 1; ; tries += 1) {
      const balances = await this.reads.balances(reader);
      const report = await this.check(reader, balances);
      if (report.balanced || tries >= MAX_TRIES) return report;
      if (versionsOf(balances) === versionsOf(await this.reads.balances(reader))) return report;
    }
  }

  private async check(reader: Reader, balances: readonly Balance[]): Promise<AuditReport> {
    const { accountId } = reader;
    const found: Difference[] = [];
    const counts = { entries: 0, payments: 0, refunds: 0, disputes: 0, payouts: 0 };
    const explained = new Set<string>();
    const note = (differences: readonly (Difference | null)[]): void => {
      for (const difference of differences) if (difference && found.length < MAX_DIFFERENCES) found.push(difference);
    };
    for await (const objects of batchesOf(this.expectedOf(reader, counts, note), BATCH)) {
      const expected = objects.flat();
      const stored = await this.storedOf(expected.map(({ id }) => id));
      note(expected.map((entry) => compare(entry, stored.get(entry.id), publicId(entry.id))));
      for (const { id } of expected) explained.add(id);
    }
    for await (const tombstones of batchesOf(this.tombstonesOf(accountId), BATCH)) {
      const stored = await this.storedAbout(
        accountId,
        tombstones.map(({ _id }) => publicId(_id)),
      );
      for (const tombstone of tombstones) {
        const id = publicId(tombstone._id);
        const ofPayment = stored.filter(({ sources }) => sources.includes(id));
        counts.payments += 1;
        note(paymentSumsDiffer(tombstone, ofPayment.map(amountOf), id));
        for (const { _id } of ofPayment) explained.add(_id);
      }
    }
    const sums = new Map<string, EntrySums>();
    const entries = this.ledger.find({ accountId }).sort({ _id: 1 }).lean<LedgerEntry>().cursor();
    for await (const entry of entries as AsyncIterable<LedgerEntry>) {
      counts.entries += 1;
      const ofCurrency = sums.get(entry.currency) ?? new EntrySums();
      sums.set(entry.currency, ofCurrency);
      ofCurrency.add(entry);
      note([unbalanced(entry, publicId(entry._id))]);
      if (entry.type !== 'funds_available' && !explained.delete(entry._id)) note([unexplained(entry)]);
    }
    const byCurrency = new Map(balances.map((balance) => [balance.currency, balance]));
    for (const currency of new Set([...sums.keys(), ...byCurrency.keys()]))
      note((sums.get(currency) ?? new EntrySums()).differences(currency, byCurrency.get(currency)));
    return { balanced: found.length === 0, checked: counts, differences: found };
  }

  private tombstonesOf(accountId: string): AsyncIterable<PaymentTombstone> {
    return collectionOf(this.tombstones).find({ accountId }).batchSize(BATCH);
  }

  private async storedOf(ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const stored = await collectionOf(this.ledger)
      .find({ _id: { $in: [...ids] } })
      .toArray();
    return new Map(stored.map((entry) => [entry._id, entry]));
  }

  private storedAbout(accountId: string, sources: readonly string[]): Promise<LedgerEntry[]> {
    return collectionOf(this.ledger)
      .find({ accountId, sources: { $in: [...sources] } })
      .toArray();
  }

  /** The entries that must be there, object by object. */
  private async *expectedOf(
    { accountId, world }: Reader,
    counts: Record<keyof AuditCounts, number>,
    note: (differences: readonly Difference[]) => void,
  ): AsyncGenerator<readonly NewEntry[]> {
    const payments = collectionOf(this.payments).find({ accountId }).sort({ _id: 1 }).batchSize(BATCH);
    for await (const payment of payments) {
      const entries = entriesOfPayment(payment, 0, world.settings);
      if (payment.amountCaptured > 0) counts.payments += 1;
      counts.refunds += payment.refunds.length;
      counts.disputes += payment.disputes?.length ?? 0;
      note(paymentSumsDiffer(payment, entries, publicId(payment._id)));
      yield entries;
    }
    for (const source of this.sources)
      for await (const { entries } of source.objectsOf(accountId)) {
        counts[source.counts] += 1;
        yield entries;
      }
  }
}

/** Groups what comes one by one. */
async function* batchesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const amountOf = ({ type, amount }: LedgerEntry): Pick<NewEntry, 'type' | 'amount'> => ({
  type,
  amount: BigInt(amount),
});

function unexplained({ _id, type, source }: LedgerEntry): Difference {
  const message = `${type} of ${publicId(source ?? '')}, which knows nothing of it`;
  return { kind: 'entry_unexplained', about: publicId(_id), message };
}

function versionsOf(balances: readonly { readonly _id: string; readonly version: number }[]): string {
  return balances.map(({ _id, version }) => `${_id} ${version}`).join();
}
