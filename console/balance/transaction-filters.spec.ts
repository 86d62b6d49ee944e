import { expect, it } from '@jest/globals';
import { isNewPayout, isNewTransaction } from './transaction-filters.js';

it.each([
  ['payment.completed', {}, true],
  ['payment.created', {}, false],
  ['payout.paid', {}, false],
  ['payment.completed', { type: 'refund' }, false],
  ['payment.completed', { startingAfter: 'bt_1' }, false],
])('%s is a new transaction of a list with %j: %s', (type, query, isNew) => {
  expect(isNewTransaction({ type }, query)).toBe(isNew);
});

it.each([
  ['payout.created', {}, true],
  ['payout.created', { status: 'paid' }, false],
  ['payout.paid', {}, false],
])('%s is a new payout of a list with %j: %s', (type, query, isNew) => {
  expect(isNewPayout({ type }, query)).toBe(isNew);
});
