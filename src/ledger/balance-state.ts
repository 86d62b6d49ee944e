import type { NewEntry } from './new-entry.js';
import { LEDGER_ACCOUNTS, type LedgerAccount, linesOf } from './postings.js';

/** A sum in minor units as it is stored: a decimal text, exact at any size. */
export type StoredSum = string;

/** Captured funds that become available on a day. */
export interface PendingDay {
  readonly day: Date;
  readonly amount: StoredSum;
  /** The range of their entries' ids. */
  readonly firstId: string;
  readonly lastId: string;
}

/** What an account holds in one currency. */
export interface BalanceState {
  readonly sums: Readonly<Record<LedgerAccount, StoredSum>>;
  /** By day, the earliest first. */
  readonly pendingDays: readonly PendingDay[];
  /** How many entries are folded into the sums: the high-water mark. */
  readonly sequence: number;
  /** The number of the latest payout's entry; not set if there is none. */
  readonly lastPayout?: number;
  /** When pending funds become available next; not set if there are none. */
  dueAt?: Date;
}

export const NO_BALANCE: BalanceState = {
  sums: Object.fromEntries(LEDGER_ACCOUNTS.map((account) => [account, '0'])) as Record<LedgerAccount, StoredSum>,
  pendingDays: [],
  sequence: 0,
};

/** The balance after these entries, which are not in it yet. */
export function fold(balance: BalanceState, entries: readonly NewEntry[]): BalanceState {
  const sums = { ...balance.sums };
  for (const entry of entries)
    for (const { account, amount } of linesOf(entry)) sums[account] = String(BigInt(sums[account]) + amount);
  const pendingDays = withPending(balance.pendingDays, entries);
  const latest = Math.max(...entries.map(({ createdAt }) => createdAt.getTime()));
  const payout = entries.findLastIndex(({ type }) => type === 'payout');
  const folded = {
    ...balance,
    sums,
    pendingDays,
    sequence: balance.sequence + entries.length,
    ...(payout >= 0 && { lastPayout: balance.sequence + payout + 1 }),
  };
  return withDue(folded, new Date(latest));
}

/** With the time at which it is due: never before `latest`, as what was captured late is available then. */
export function withDue<B extends BalanceState>(balance: B, latest?: Date): B {
  const [first] = balance.pendingDays;
  const copy: B = Object.assign({}, balance);
  delete copy.dueAt;
  return first ? Object.assign(copy, { dueAt: latest && latest > first.day ? latest : first.day }) : copy;
}

function withPending(days: readonly PendingDay[], entries: readonly NewEntry[]): readonly PendingDay[] {
  const pending = entries.filter((entry) => entry.type === 'payment' && !entry.atOnce);
  if (pending.length === 0) return days;
  const byTime = new Map(days.map((each) => [each.day.getTime(), each]));
  for (const { id, availableOn, amount, fee } of pending) {
    const known = byTime.get(availableOn.getTime());
    byTime.set(availableOn.getTime(), {
      day: availableOn,
      amount: String(BigInt(known?.amount ?? 0) + amount - fee),
      firstId: known && known.firstId < id ? known.firstId : id,
      lastId: known && known.lastId > id ? known.lastId : id,
    });
  }
  return [...byTime.values()].sort((a, b) => a.day.getTime() - b.day.getTime());
}

/** The balance without the funds of its earliest day; `entries` makes them available, if it was not all fees. */
export function foldRelease(balance: BalanceState, entries: readonly NewEntry[]): BalanceState {
  const released = { ...balance, pendingDays: balance.pendingDays.slice(1) };
  return entries.length === 0 ? released : fold(released, entries);
}
