import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldRelease, NO_BALANCE } from './balance-state.js';
import type { NewEntry } from './new-entry.js';
import { type EntryType, linesOf } from './postings.js';

const DAY_MS = 86_400_000;
const BEGIN = Date.parse('2026-01-01T00:00:00.000Z');

function entry(index: number, type: EntryType, amount: bigint, fee: bigint, days: number, atOnce: boolean): NewEntry {
  const id = `le_${String(index).padStart(24, '0')}`;
  return {
    id,
    type,
    amount,
    fee,
    atOnce,
    createdAt: new Date(BEGIN + index),
    currency: 'USD',
    source: null,
    sources: [],
    eventId: id,
    availableOn: new Date(BEGIN + days * DAY_MS),
  };
}

const entries = fc
  .array(
    fc.record({
      type: fc.constantFrom<EntryType>('payment', 'refund', 'dispute', 'payout', 'payout_failed'),
      amount: fc.bigInt({ min: 1n, max: 2n ** 60n }),
      fee: fc.constant(0n),
      days: fc.integer({ min: 1, max: 4 }),
      atOnce: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(({ type, amount, fee, days, atOnce }, index) => entry(index, type, amount, fee, days, atOnce)),
  );

describe('A balance', () => {
  it('is the same however its entries are folded: one by one or together', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 7 }), (list, size) => {
        let parts = NO_BALANCE;
        for (let from = 0; from < list.length; from += size) parts = fold(parts, list.slice(from, from + size));
        const whole = list.length === 0 ? NO_BALANCE : fold(NO_BALANCE, list);
        expect({ ...parts, dueAt: null }).toEqual({ ...whole, dueAt: null });
        expect(parts.sequence).toBe(list.length);
      }),
    );
  });

  it('has as pending what its days have, and releases each day once', () => {
    fc.assert(
      fc.property(entries, (list) => {
        let balance = list.length === 0 ? NO_BALANCE : fold(NO_BALANCE, list);
        const pending = BigInt(balance.sums.pending);
        const available = BigInt(balance.sums.available);
        for (const { amount, day } of balance.pendingDays)
          balance = foldRelease(balance, [
            { ...entry(99, 'funds_available', BigInt(amount), 0n, 0, true), availableOn: day },
          ]);
        expect(balance.sums.pending).toBe('0');
        expect(BigInt(balance.sums.available)).toBe(available + pending);
        expect(balance).toMatchObject({ pendingDays: [] });
        expect(balance.dueAt).toBeUndefined();
      }),
    );
  });

  it('knows the range of the entries of a day, and is due when the earliest comes', () => {
    const balance = fold(NO_BALANCE, [
      entry(5, 'payment', 100n, 3n, 3, false),
      entry(2, 'payment', 100n, 3n, 2, false),
      entry(9, 'payment', 100n, 3n, 3, false),
    ]);
    expect(balance.dueAt).toEqual(new Date(BEGIN + 2 * DAY_MS));
    expect(balance.pendingDays.map(({ amount, firstId, lastId }) => [amount, firstId.at(-1), lastId.at(-1)])).toEqual([
      ['97', '2', '2'],
      ['194', '5', '9'],
    ]);
  });

  it('that gets funds of a day that is over is due at once, not in the past', () => {
    const late = entry(0, 'payment', 100n, 3n, 1, false);
    const now = new Date(BEGIN + 3 * DAY_MS);
    expect(fold(NO_BALANCE, [{ ...late, createdAt: now }]).dueAt).toEqual(now);
  });

  it('keeps sums beyond 2^53 exactly', () => {
    const largest = entry(0, 'payment', 2n ** 53n + 1n, 0n, 1, true);
    const balance = fold(NO_BALANCE, [largest, { ...largest, id: 'le_1' }]);
    expect(BigInt(balance.sums.available)).toBe(2n ** 54n + 2n);
    expect(linesOf(largest)).toHaveLength(2);
  });
});
