import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Available, numbersOf, positionOf, type Taken } from './allocate.js';

async function all(
  transactions: readonly Available[],
  alreadyTaken: bigint,
  amount: bigint,
): Promise<Taken<Available>[]> {
  const taken: Taken<Available>[] = [];
  for await (const each of allocate(transactions, alreadyTaken, amount)) taken.push(each);
  return taken;
}

const transactionsOf = (nets: readonly bigint[]): Available[] =>
  nets.map((net, index) => ({ at: positionOf(index, index), net }));

describe('What payouts take', () => {
  it('is the oldest first, the last in part, and what takes money from the balance whole', async () => {
    const taken = await all(transactionsOf([100n, -30n, 80n, 50n]), 0n, 120n);
    expect(taken.map(({ amount }) => amount)).toEqual([100n, -30n, 50n]);
    expect(taken.at(-1)?.takenUntilThen).toBe(50n);
  });

  it('adds up to each payout, and takes no transaction twice, whatever the payouts are', async () => {
    const nets = fc.array(fc.bigInt({ min: -50n, max: 100n }), { minLength: 1, maxLength: 30 });
    const shares = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(nets, shares, async (values, parts) => {
        const transactions = transactionsOf(values);
        const takenOf = new Map<string, bigint>();
        let from = 0;
        let before = 0n;
        for (const part of parts) {
          const left = values.slice(from).reduce((sum, net) => sum + net, 0n) - before;
          const amount = (left * BigInt(part)) / 100n;
          if (amount <= 0n) continue;
          const taken = await all(transactions.slice(from), before, amount);
          expect(taken.reduce((sum, each) => sum + each.amount, 0n)).toBe(amount);
          for (const { transaction, amount: some } of taken)
            takenOf.set(transaction.at, (takenOf.get(transaction.at) ?? 0n) + some);
          const last = taken.at(-1);
          from = transactions.findIndex(({ at }) => at === last?.transaction.at);
          before = last?.takenUntilThen ?? 0n;
        }
        for (const { at, net } of transactions.slice(0, from)) expect(takenOf.get(at) ?? net).toBe(net);
      }),
    );
  });

  it('has positions that sort as their numbers do', () => {
    expect(positionOf(9, 10) < positionOf(10, 1)).toBe(true);
    expect(positionOf(10, 9) < positionOf(10, 10)).toBe(true);
    expect(numbersOf(positionOf(12, 345))).toEqual({ availableAt: 12, sequence: 345 });
  });
});
