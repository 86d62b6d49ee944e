import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { Merchant } from '../support/merchant.js';

let gateway: Gateway;
let merchant: Merchant;

/** As they were charged, oldest first. */
const PAYMENTS = [
  [10, 'USD'],
  [10.5, 'EUR'],
  [500, 'JPY'],
  [1.234, 'KWD'],
  [0.01, 'USD'],
  [10.501, 'KWD'],
  [10, 'JPY'],
  [99_999, 'USD'],
] as const;

beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
  for (const [paymentAmount, currency] of PAYMENTS) await merchant.charges({ paymentAmount, currency });
  await (await Merchant.joins(gateway)).charges({ paymentAmount: 10.25 });
});
afterAll(() => gateway.stop());

const found = async (search: string): Promise<string[]> =>
  (await merchant.queries(search)).transactions.map(({ amount, currency }) => `${amount} ${currency}`);
const oldestFirst = PAYMENTS.map(([amount, currency]) => `${amount} ${currency}`);
const byAmount = ['0.01 USD', '1.234 KWD', '10 USD', '10 JPY', '10.5 EUR', '10.501 KWD', '500 JPY', '99999 USD'];

describe('Payments in several currencies', () => {
  it('come newest first where nothing is said', async () => {
    expect(await found('')).toEqual([...oldestFirst].reverse());
    expect(await found('sortBy=createdAt')).toEqual([...oldestFirst].reverse());
    expect(await found('sortBy=createdAt&sortOrder=asc')).toEqual(oldestFirst);
    expect(await found('sortOrder=asc')).toEqual(oldestFirst);
  });

  it('are sorted by the number that is shown, whatever the currency; equal ones in order of time', async () => {
    expect(await found('sortBy=amount&sortOrder=asc')).toEqual(byAmount);
    expect(await found('sortBy=amount&sortOrder=desc')).toEqual([...byAmount].reverse());
    expect(await found('sortBy=amount')).toEqual([...byAmount].reverse());
  });

  it.each([
    ['minAmount=10.5', ['10.5 EUR', '10.501 KWD', '500 JPY', '99999 USD']],
    ['maxAmount=10', ['0.01 USD', '1.234 KWD', '10 USD', '10 JPY']],
    ['minAmount=10&maxAmount=10', ['10 USD', '10 JPY']],
    ['minAmount=10.5&maxAmount=10.5', ['10.5 EUR']],
    ['minAmount=10.501&maxAmount=10.501', ['10.501 KWD']],
    ['minAmount=10.5001&maxAmount=500', ['10.501 KWD', '500 JPY']],
    ['minAmount=0.01&maxAmount=1.234', ['0.01 USD', '1.234 KWD']],
    ['minAmount=-5&maxAmount=0.01', ['0.01 USD']],
    ['minAmount=0', byAmount],
  ])('with %s are those within, both ends included', async (search, expected) => {
    expect(await found(`${search}&sortBy=amount&sortOrder=asc`)).toEqual(expected);
  });

  it.each(['minAmount=100000', 'maxAmount=0', 'minAmount=11&maxAmount=10'])('with %s are none', async (search) => {
    expectError(await merchant.triesToQuery(search), 404, 'No transactions found matching the query for this user.');
  });

  it('are counted', async () => {
    const { userId, totalTransactions, transactions } = await merchant.queries('minAmount=10');
    expect(userId).toBe(merchant.userId);
    expect(totalTransactions).toBe(transactions.length);
    expect(transactions.every(({ ownerId }) => ownerId === merchant.userId)).toBe(true);
  });

  it('are never those of somebody else', async () => {
    expectError(
      await merchant.triesToQuery('minAmount=10.25&maxAmount=10.25'),
      404,
      'No transactions found matching the query for this user.',
    );
  });
});
