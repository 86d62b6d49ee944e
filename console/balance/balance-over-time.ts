import type { BalanceTransaction } from '../gateway/money-types.js';
import { add, subtract } from '../parts/money.js';

/** From `at` on, in ms, the balance was so much, in major units. */
export interface BalancePoint {
  readonly at: number;
  readonly balance: number;
}

/**
 * The steps of a balance of one currency, oldest first, from its latest transactions: what each one left.
 *
 * @param transactions newest first
 * @param balance what it is after the newest one
 * @param now the end of the last step, in ms
 */
export function balanceOverTime(
  transactions: readonly Pick<BalanceTransaction, 'createdAt' | 'net'>[],
  balance: number,
  now: number,
): BalancePoint[] {
  const points: BalancePoint[] = [];
  let after = balance;
  for (const { createdAt, net } of transactions) {
    const at = Date.parse(createdAt);
    // Of several at one moment, the last one says what was left.
    if (points.at(-1)?.at !== at) points.push({ at, balance: after });
    after = subtract(after, net);
  }
  const newest = points[0];
  points.reverse();
  if (newest && newest.at < now) points.push({ at: now, balance: newest.balance });
  return points;
}

/** Pending and available money is what transactions change. */
export function ownBalance(pending: number, available: number): number {
  return add(pending, available);
}
