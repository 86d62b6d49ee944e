import type { NewEntry } from './new-entry.js';
import { LEDGER_ACCOUNTS, type LedgerAccount, linesOf } from './postings.js';

/** What an audit finds wrong. Ids as the API shows them. */
export interface Difference {
  readonly kind:
    | 'entry_missing'
    | 'entry_differs'
    | 'entry_unexplained'
    | 'entry_unbalanced'
    | 'payment_sums_differ'
    | 'balance_differs';
  /** The entry, payment or currency that it is about. */
  readonly about: string;
  /** For a person. */
  readonly message: string;
}

/** A stored entry, as far as an audit reads it. */
export interface AuditedEntry {
  readonly _id: string;
  readonly type: string;
  readonly currency: string;
  readonly lines: readonly { readonly account: LedgerAccount; readonly amount: string }[];
}

const shown = (lines: readonly { readonly account: string; readonly amount: bigint | string }[]): string =>
  lines.map(({ account, amount }) => `${account} ${amount}`).join(', ') || 'nothing';

/** Compares what must have been posted with what was; null if it is the same. */
export function compare(expected: NewEntry, stored: AuditedEntry | undefined, id: string): Difference | null {
  if (!stored)
    return {
      kind: 'entry_missing',
      about: id,
      message: `${expected.type} of ${expected.sources[0] ?? ''} was not posted`,
    };
  const lines = linesOf(expected);
  const isSame =
    stored.type === expected.type && stored.currency === expected.currency && shown(lines) === shown(stored.lines);
  if (isSame) return null;
  const message = `expected ${expected.type} in ${expected.currency}: ${shown(lines)}; it is ${stored.type} in ${stored.currency}: ${shown(stored.lines)}`;
  return { kind: 'entry_differs', about: id, message };
}

/** An entry whose lines do not add up to zero, or that has fewer than two; null if it is right. */
export function unbalanced({ lines }: AuditedEntry, id: string): Difference | null {
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount), 0n);
  if (sum === 0n && lines.length >= 2) return null;
  return { kind: 'entry_unbalanced', about: id, message: `its lines add up to ${sum}: ${shown(lines)}` };
}

/** The sums of entries by account. */
export class EntrySums {
  readonly sums = Object.fromEntries(LEDGER_ACCOUNTS.map((account) => [account, 0n])) as Record<LedgerAccount, bigint>;
  count = 0;

  add({ lines }: AuditedEntry): void {
    this.count += 1;
    for (const { account, amount } of lines) this.sums[account] += BigInt(amount);
  }

  /** Where a balance says something else. */
  differences(
    currency: string,
    balance: { readonly sums: Readonly<Record<LedgerAccount, string>>; readonly sequence: number } | undefined,
  ): Difference[] {
    const about = currency;
    const of = (account: LedgerAccount): bigint => BigInt(balance?.sums[account] ?? 0);
    const differing = LEDGER_ACCOUNTS.filter((account) => of(account) !== this.sums[account]).map(
      (account): Difference => ({
        kind: 'balance_differs',
        about,
        message: `${account} is ${of(account)}, and its entries add up to ${this.sums[account]}`,
      }),
    );
    const sequence = balance?.sequence ?? 0;
    if (sequence === this.count) return differing;
    const message = `the balance contains ${sequence} entries, and there are ${this.count}`;
    return [...differing, { kind: 'balance_differs', about, message }];
  }
}

/** What a payment says of its money, in minor units. */
interface PaymentSums {
  readonly amountCaptured: number;
  readonly amountRefunded: number;
}

/** Where the entries of a payment's history say something else than its sums. */
export function paymentSumsDiffer(
  { amountCaptured, amountRefunded }: PaymentSums,
  entries: readonly Pick<NewEntry, 'type' | 'amount'>[],
  id: string,
): Difference[] {
  const sum = (signs: Readonly<Partial<Record<NewEntry['type'], bigint>>>): bigint =>
    entries.reduce((total, { type, amount }) => total + (signs[type] ?? 0n) * amount, 0n);
  const checks = [
    ['captured', BigInt(amountCaptured), sum({ payment: 1n })],
    ['refunded', BigInt(amountRefunded), sum({ refund: 1n, refund_failed: -1n })],
  ] as const;
  return checks
    .filter(([, says, posted]) => says !== posted)
    .map(([name, says, posted]) => ({
      kind: 'payment_sums_differ',
      about: id,
      message: `${name} is ${says}, and its entries say ${posted}`,
    }));
}
