import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { Merchant, systemAdmin } from '../support/merchant.js';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
});
afterAll(() => gateway.stop());

/** Charges with the amount written exactly so in the JSON. */
const chargeLiteral = (literal: string, currency: string) =>
  gateway.request<{ id: string; amount: number; detail: { loc: string[] }[] }>('POST', '/payments/charge', {
    headers: merchant.withKey,
    raw: `{"customerName":"Ada","paymentAmount":${literal},"currency":"${currency}"}`,
  });

describe('An amount that fits its currency', () => {
  it.each([
    ['0.01', 'USD', 1],
    ['0.1', 'USD', 10],
    ['0.3', 'USD', 30],
    ['0.29', 'EUR', 29],
    ['0.57', 'EUR', 57],
    ['1.005e2', 'USD', 10050],
    ['1.15', 'USD', 115],
    ['4.35', 'USD', 435],
    ['8.2', 'USD', 820],
    ['19.99', 'GBP', 1999],
    ['1000.00', 'USD', 100000],
    ['1.10', 'USD', 110],
    ['1e3', 'USD', 100000],
    ['2.5e-1', 'USD', 25],
    ['70368744177.65', 'USD', 7036874417765],
    ['1', 'JPY', 1],
    ['500.0', 'JPY', 500],
    ['1e2', 'JPY', 100],
    ['1.234', 'KWD', 1234],
    ['0.001', 'KWD', 1],
    ['1.005', 'KWD', 1005],
    ['99999999999', 'USD', 9999999999900],
    ['99999999999', 'KWD', 99999999999000],
  ])('%s %s is stored as %d minor units and shown as it was sent', async (literal, currency, minor) => {
    const { status, body } = await chargeLiteral(literal, currency);
    expect({ status, amount: body.amount }).toEqual({ status: 201, amount: Number(literal) });
    expect((await merchant.gets(body.id)).amount).toBe(Number(literal));
    const stored = await (await gateway.database()).collection<{ _id: string }>('payments').findOne({ _id: body.id });
    expect(stored).toMatchObject({ amount: minor, currency });
  });
});

describe('Anything else as an amount', () => {
  it.each([
    ['0.30000000000000004', 'USD', 'the sum of 0.1 and 0.2'],
    ['0.001', 'USD', 'too many decimals'],
    ['1.999', 'USD', 'too many decimals'],
    ['1e-7', 'USD', 'too many decimals'],
    ['0.5', 'JPY', 'a fraction of a yen'],
    ['1e-1', 'JPY', 'a fraction of a yen'],
    ['1.2345', 'KWD', 'too many decimals'],
    ['0', 'USD', 'nothing'],
    ['-0', 'USD', 'nothing'],
    ['0.00', 'USD', 'nothing'],
    ['-1', 'USD', 'negative'],
    ['-0.01', 'USD', 'negative'],
    ['1e21', 'USD', 'too large'],
    ['1e308', 'USD', 'too large'],
    ['1e400', 'USD', 'infinite'],
    ['100000000000', 'USD', 'too large'],
    ['9007199254740993', 'JPY', 'no double'],
    ['12345678901234567', 'JPY', '17 digits'],
    ['0.12345678901234567', 'USD', '17 digits'],
    ['100.00000000000000001', 'USD', 'would be read as 100'],
    ['1.0000000000000000001', 'JPY', 'would be read as 1'],
    ['NaN', 'USD', 'no JSON'],
    ['Infinity', 'USD', 'no JSON'],
    ['+1', 'USD', 'no JSON'],
    ['01', 'USD', 'no JSON'],
    ['1.', 'USD', 'no JSON'],
    ['.5', 'USD', 'no JSON'],
    ['0x10', 'USD', 'no JSON'],
    ['1_000', 'USD', 'no JSON'],
    ['"10"', 'USD', 'a text'],
    ['"NaN"', 'USD', 'a text'],
    ['""', 'USD', 'a text'],
    ['true', 'USD', 'no number'],
    ['null', 'USD', 'no number'],
    ['[10]', 'USD', 'no number'],
    ['{"$numberDecimal":"10"}', 'USD', 'no number'],
  ])('%s %s is refused: %s', async (literal, currency) => {
    const answer = await chargeLiteral(literal, currency);
    expectError(answer, 422, expect.any(Array));
    expect(answer.body.detail.every(({ loc }) => loc[0] === 'body')).toBe(true);
  });

  it('leaves nothing behind', async () => {
    const other = await Merchant.joins(gateway);
    for (const paymentAmount of ['10', -1, 0.001])
      await other.triesToCharge({ customerName: 'Ada', paymentAmount, currency: 'USD' });
    expect((await gateway.request('GET', '/payments/all', { headers: other.withKey })).status).toBe(404);
  });
});

describe('A sum of amounts', () => {
  it('is exact: ten times 0.1, and 0.1 + 0.2', async () => {
    const own = await startGateway();
    try {
      const [seller, admin] = await Promise.all([Merchant.joins(own), systemAdmin(own)]);
      await Promise.all([
        ...Array.from({ length: 10 }, () => seller.receives({ paymentAmount: 0.1 })),
        seller.receives({ paymentAmount: 0.1, currency: 'EUR' }),
        seller.receives({ paymentAmount: 0.2, currency: 'EUR' }),
      ]);
      const { body } = await admin.asks('GET', '/admin/dashboard');
      expect(body).toMatchObject({ metrics: { volumeByCurrency: { USD: 1, EUR: 0.3 } } });
    } finally {
      await own.stop();
    }
  });
});

describe('A sum beyond the integers that a number holds exactly', () => {
  it('is on the dashboard all the same', async () => {
    const own = await startGateway();
    try {
      const rich = await Merchant.joins(own);
      const charged = await Promise.all(
        Array.from({ length: 10 }, () => rich.charges({ paymentAmount: 99_999_999_999, currency: 'CLF' })),
      );
      await Promise.all(charged.map(({ id }) => rich.seesCompleted(id)));
      const { status, body } = await (await systemAdmin(own)).asks('GET', '/admin/dashboard');
      expect(status).toBe(200);
      expect(body).toMatchObject({ metrics: { volumeByCurrency: { CLF: 999_999_999_990 } } });
    } finally {
      await own.stop();
    }
  });
});
