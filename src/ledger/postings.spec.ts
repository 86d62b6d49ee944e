import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPES } from '../events/event-types.js';
import {
  ENTRY_TYPES,
  linesOf,
  partsOf,
  POSTINGS,
  TRANSACTION_TYPES,
  transactionOf,
  typesTouching,
} from './postings.js';

const posted = fc.record({
  type: fc.constantFrom(...ENTRY_TYPES),
  amount: fc.bigInt({ min: 1n, max: 10n ** 30n }),
  fee: fc.bigInt({ min: 0n, max: 10n ** 20n }),
  atOnce: fc.boolean(),
});

describe('The postings', () => {
  it('add up to zero, whatever amount and fee are', () => {
    fc.assert(
      fc.property(posted, (each) => linesOf(each).reduce((sum, { amount }) => sum + amount, 0n) === 0n),
      { numRuns: 1_000 },
    );
  });

  it('change what the merchant has, pending or available, by the net of their transaction', () => {
    fc.assert(
      fc.property(posted, (each) => {
        const own = linesOf(each)
          .filter(({ account }) => account === 'pending' || account === 'available')
          .reduce((sum, { amount }) => sum + amount, 0n);
        // Only payments and disputes have fees.
        const hasFee = partsOf(each).some(({ fee }) => fee !== 0);
        expect(own).toBe(transactionOf(hasFee ? each : { ...each, fee: 0n })?.net ?? 0n);
      }),
    );
  });

  it('follow from events that there are, say why in a sentence, and leave out lines of nothing', () => {
    for (const type of ENTRY_TYPES) {
      const { events, parts } = POSTINGS[type];
      for (const event of events) expect(EVENT_TYPES).toContain(event);
      for (const { why } of parts) expect(why).toMatch(/^[A-Z].+\.$/);
    }
    expect(linesOf({ type: 'payment', amount: 30n, fee: 30n, atOnce: false })).toEqual([
      { account: 'customers', amount: -30n },
      { account: 'fees', amount: 30n },
    ]);
  });

  it('never put captured funds that are available at once into the pending account', () => {
    const accounts = linesOf({ type: 'payment', amount: 1000n, fee: 59n, atOnce: true }).map(({ account }) => account);
    expect(accounts).toEqual(['customers', 'available', 'fees']);
  });

  it('say which types can change an account', () => {
    expect(typesTouching('in_transit')).toEqual(['payout', 'payout_paid', 'payout_failed', 'payout_canceled']);
    expect(typesTouching('available')).toContain('payment');
  });
});

describe('Transactions of the balance', () => {
  it('have every type but those that move money between other accounts', () => {
    const types = ENTRY_TYPES.filter((type) => transactionOf({ type, amount: 1n, fee: 0n, atOnce: false }) !== null);
    expect(ENTRY_TYPES.filter((type) => !types.includes(type))).toEqual([
      'dispute_lost',
      'funds_available',
      'payout_paid',
    ]);
    for (const type of types) expect(TRANSACTION_TYPES).toContain(type);
  });

  it('return the fee of a dispute that was won', () => {
    const reversal = transactionOf({ type: 'dispute_reversal', amount: 1000n, fee: 1500n, atOnce: true });
    expect(reversal).toEqual({ type: 'dispute_reversal', amount: 1000n, fee: -1500n, net: 2500n });
  });
});
