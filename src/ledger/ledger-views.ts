import { publicId } from '../platform/worlds/world-ids.js';
import { sumView } from './balance-view.js';
import { postedOf } from './entry-document.js';
import type { LedgerEntry } from './ledger-entry.schema.js';
import { transactionIdOf } from './new-entry.js';
import { type EntryType, type LedgerAccount, partsOf, type TransactionType, transactionOf } from './postings.js';

/** One account's part of an entry, in major units: plus is what it holds more. */
export interface LineView {
  readonly account: LedgerAccount;
  readonly amount: number;
  readonly amountText: string;
}

/** A posting as the API shows it. */
export interface LedgerEntryView {
  readonly id: string;
  readonly createdAt: Date;
  readonly type: EntryType;
  readonly currency: string;
  readonly source: string | null;
  readonly eventId: string;
  readonly lines: LineView[];
}

export function ledgerEntryView(entry: LedgerEntry): LedgerEntryView {
  const { _id, createdAt, type, currency, source, eventId, lines } = entry;
  return {
    id: publicId(_id),
    createdAt,
    type,
    currency,
    source: source === null ? null : publicId(source),
    eventId: publicId(eventId),
    lines: lines.map(({ account, amount }) => lineView(account, BigInt(amount), currency)),
  };
}

function lineView(account: LedgerAccount, minor: bigint, currency: string): LineView {
  const { amount, amountText } = sumView(minor, currency);
  return { account, amount, amountText };
}

/** A transaction of the balance as the API shows it, in major units. */
export interface TransactionView {
  readonly id: string;
  readonly type: TransactionType;
  /** Less than 0 where the merchant pays. */
  readonly amount: number;
  readonly fee: number;
  /** The amount without the fee: what the balance has more. */
  readonly net: number;
  readonly currency: string;
  readonly availableOn: Date;
  readonly status: 'pending' | 'available';
  readonly source: string | null;
  /** The payout that takes it, the first of several; null if none has yet. */
  readonly payoutId: string | null;
  readonly createdAt: Date;
}

/** Null for an entry that is no transaction of the balance. */
export function transactionView(entry: LedgerEntry, payoutId: string | null): TransactionView | null {
  const transaction = transactionOf(postedOf(entry));
  if (!transaction) return null;
  const { _id, currency, availableOn, availableAt, source, createdAt } = entry;
  const major = (minor: bigint): number => sumView(minor, currency).amount;
  return {
    id: transactionIdOf(publicId(_id)),
    type: transaction.type,
    amount: major(transaction.amount),
    fee: major(transaction.fee),
    net: major(transaction.net),
    currency,
    availableOn,
    status: availableAt === undefined ? 'pending' : 'available',
    source: source === null ? null : publicId(source),
    payoutId: payoutId === null ? null : publicId(payoutId),
    createdAt,
  };
}

/** One side's line of a T-account. */
export interface TAccountLine {
  readonly entryId: string;
  readonly type: EntryType;
  readonly at: Date;
  /** In major units, never less than 0. */
  readonly amount: number;
  /** For learners. */
  readonly why: string;
}

/** An account with both its sides; a debit is what it holds more. In major units. */
export interface TAccount {
  readonly account: LedgerAccount;
  readonly debits: TAccountLine[];
  readonly credits: TAccountLine[];
  /** Debits without credits. */
  readonly balance: number;
}

/** The T-accounts of entries, in the order of the accounts' first lines. */
export function tAccounts(entries: readonly LedgerEntry[]): TAccount[] {
  const accounts = new Map<LedgerAccount, TAccount & { minor: bigint }>();
  for (const entry of entries) {
    const posted = postedOf(entry);
    for (const { account, amount, fee, why } of partsOf(posted)) {
      const minor = BigInt(amount) * posted.amount + BigInt(fee) * posted.fee;
      if (minor === 0n) continue;
      const known = accounts.get(account) ?? { account, debits: [], credits: [], balance: 0, minor: 0n };
      const line: TAccountLine = {
        entryId: publicId(entry._id),
        type: entry.type,
        at: entry.createdAt,
        amount: sumView(minor < 0n ? -minor : minor, entry.currency).amount,
        why,
      };
      const sum = known.minor + minor;
      accounts.set(account, {
        account,
        debits: minor > 0n ? [...known.debits, line] : known.debits,
        credits: minor < 0n ? [...known.credits, line] : known.credits,
        balance: sumView(sum, entry.currency).amount,
        minor: sum,
      });
    }
  }
  return [...accounts.values()].map(({ account, debits, credits, balance }) => ({ account, debits, credits, balance }));
}
