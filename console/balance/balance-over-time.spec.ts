import { describe, expect, it } from '@jest/globals';
import { balanceOverTime, ownBalance } from './balance-over-time.js';

const at = (ms: number): string => new Date(ms).toISOString();

describe('The balance over time', () => {
  it('is what each transaction left, oldest first, until now', () => {
    const newestFirst = [
      { createdAt: at(300), net: -5 },
      { createdAt: at(200), net: 19.11 },
      { createdAt: at(100), net: 0.2 },
    ];
    expect(balanceOverTime(newestFirst, 14.31, 400)).toEqual([
      { at: 100, balance: 0.2 },
      { at: 200, balance: 19.31 },
      { at: 300, balance: 14.31 },
      { at: 400, balance: 14.31 },
    ]);
  });

  it('has one step for what happened at one moment', () => {
    const newestFirst = [
      { createdAt: at(100), net: 1 },
      { createdAt: at(100), net: 2 },
    ];
    expect(balanceOverTime(newestFirst, 3, 100)).toEqual([{ at: 100, balance: 3 }]);
  });

  it('of nothing has no step', () => {
    expect(balanceOverTime([], 0, 1)).toEqual([]);
  });

  it('is without the dust of binary fractions', () => {
    expect(ownBalance(0.1, 0.2)).toBe(0.3);
  });
});
