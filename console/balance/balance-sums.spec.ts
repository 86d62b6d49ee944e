import { expect, it } from '@jest/globals';
import { amountIn, currenciesOf } from './balance-sums.js';

const sum = (amount: number, currency: string) => ({ amount, amountText: String(amount), currency });
const balance = { pending: [sum(5, 'USD')], available: [sum(7, 'EUR'), sum(2, 'USD')], reserved: [], inTransit: [] };

it('The currencies of a balance are those of all places, each once', () => {
  expect(currenciesOf(balance)).toEqual(['EUR', 'USD']);
});

it('A currency of which a place has nothing is 0 there', () => {
  expect([amountIn(balance, 'available', 'USD'), amountIn(balance, 'reserved', 'USD')]).toEqual([2, 0]);
});
