import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { Merchant, newCharge } from '../support/merchant.js';

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NO_KEY = 'Invalid or missing X-API-Key. Access denied.';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
});
afterAll(() => gateway.stop());

describe('POST /payments/charge', () => {
  it('answers 201 with exactly the fields of the contract', async () => {
    const { status, body } = await merchant.triesToCharge({
      customerName: 'Acme Corporation',
      paymentAmount: 1000,
      currency: 'USD',
      details: 'Order 1',
      webhookUrl: 'https://merchant.example/hook',
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^txn_[0-9a-f]{8,}$/),
      customerName: 'Acme Corporation',
      amount: 1000,
      currency: 'USD',
      status: 'pending',
      created: expect.stringMatching(ISO_UTC),
    });
  });

  it.each([{}, { 'x-api-key': '' }, { 'x-api-key': 'PK_LIVE_unknown' }])('refuses the key in %j', async (headers) => {
    expectError(await gateway.request('POST', '/payments/charge', { headers, json: newCharge() }), 401, NO_KEY);
  });

  it('does not take a bearer token in place of the key', async () => {
    expectError(
      await gateway.request('POST', '/payments/charge', { headers: merchant.withToken, json: newCharge() }),
      401,
      NO_KEY,
    );
  });

  it('names every missing field', async () => {
    const fields = ['customerName', 'paymentAmount', 'currency'];
    expectInvalid(
      await merchant.triesToCharge({}),
      ...fields.map((field) => ({ loc: ['body', field], type: 'missing' })),
    );
  });

  it.each(['', '   '])('refuses the blank customer name %j', async (customerName) => {
    expectInvalid(await merchant.triesToCharge(newCharge({ customerName })), {
      loc: ['body', 'customerName'],
      type: 'string_too_short',
      input: customerName,
      ctx: { min_length: 1 },
    });
  });

  it.each([0, -1, -0.01])('refuses the amount %d: it must be greater than 0', async (paymentAmount) => {
    expectInvalid(await merchant.triesToCharge(newCharge({ paymentAmount })), {
      loc: ['body', 'paymentAmount'],
      type: 'greater_than',
      input: paymentAmount,
      ctx: { gt: 0 },
    });
  });

  it.each([
    [0.001, 'USD', 2],
    [500.5, 'JPY', 0],
    [1.2345, 'KWD', 3],
  ])('refuses %d %s: the currency has %d decimals', async (paymentAmount, currency, decimal_places) => {
    expectInvalid(await merchant.triesToCharge(newCharge({ paymentAmount, currency })), {
      loc: ['body', 'paymentAmount'],
      type: 'decimal_max_places',
      input: paymentAmount,
      ctx: { decimal_places },
    });
  });

  it.each(['usd', 'US', 'DOLLAR', ''])('refuses the currency %j by its pattern', async (currency) => {
    expectInvalid(await merchant.triesToCharge(newCharge({ currency })), {
      loc: ['body', 'currency'],
      type: 'string_pattern_mismatch',
      input: currency,
    });
  });

  it.each(['ABC', 'XXX', 'XTS', 'ZZZ'])(
    'refuses %s, which is no currency of ISO 4217 that anybody pays with',
    async (currency) => {
      expectInvalid(await merchant.triesToCharge(newCharge({ currency })), {
        loc: ['body', 'currency'],
        type: 'enum',
        input: currency,
      });
    },
  );

  it.each(['not a url', 'ftp://merchant.example/x', 'javascript:alert(1)', '//merchant.example/x', ''])(
    'refuses the webhookUrl %j',
    async (webhookUrl) => {
      expectInvalid(await merchant.triesToCharge(newCharge({ webhookUrl })), {
        loc: ['body', 'webhookUrl'],
        type: 'url_parsing',
        input: webhookUrl,
      });
    },
  );

  it('refuses details that are no text', async () => {
    expectInvalid(await merchant.triesToCharge(newCharge({ details: { a: 1 } })), {
      loc: ['body', 'details'],
      type: 'string_type',
    });
  });

  it('names everything that is wrong at once', async () => {
    expectInvalid(
      await merchant.triesToCharge({ customerName: '', paymentAmount: -5, currency: 'usd', status: 'completed' }),
      ...[
        { loc: ['body', 'status'], type: 'extra_forbidden' },
        { loc: ['body', 'customerName'], type: 'string_too_short' },
        { loc: ['body', 'paymentAmount'], type: 'greater_than' },
        { loc: ['body', 'currency'], type: 'string_pattern_mismatch' },
      ],
    );
  });
});

describe('GET /payments/all', () => {
  it('lists the payments of the account, newest first, with the fields of the contract', async () => {
    const owner = await Merchant.joins(gateway);
    const first = await owner.receives({
      paymentAmount: 1900.5,
      details: 'Payment for order #123',
      webhookUrl: 'http://127.0.0.1:9/hook',
    });
    const second = await owner.receives({ paymentAmount: 7, currency: 'JPY' });
    const shared = {
      ownerId: owner.userId,
      customerName: 'Acme Corporation',
      status: 'completed',
      createdAt: expect.stringMatching(ISO_UTC) as unknown as string,
    };
    // Newer fields stand beside these.
    expect(await owner.lists()).toMatchObject({
      userId: owner.userId,
      totalTransactions: 2,
      transactions: [
        { id: second.id, ...shared, amount: 7, currency: 'JPY', details: 'No details provided', webhookUrl: null },
        {
          id: first.id,
          ...shared,
          amount: 1900.5,
          currency: 'USD',
          details: 'Payment for order #123',
          webhookUrl: 'http://127.0.0.1:9/hook',
        },
      ],
    });
  });

  it('says 404 where there are none', async () => {
    const nobody = await Merchant.joins(gateway);
    expectError(
      await gateway.request('GET', '/payments/all', { headers: nobody.withKey }),
      404,
      'No transactions found for this user.',
    );
  });

  it('asks for the key', async () => {
    expectError(await gateway.request('GET', '/payments/all'), 401, NO_KEY);
  });
});

describe('GET /payments/{transaction_id}', () => {
  it('shows one payment as the list does', async () => {
    const owner = await Merchant.joins(gateway);
    const { id } = await owner.receives({ details: 'x' });
    expect(await owner.gets(id)).toEqual((await owner.lists()).transactions[0]);
  });

  it('says the same of an unknown payment and of one that belongs to somebody else', async () => {
    const { id } = await (await Merchant.joins(gateway)).charges();
    for (const other of [id, 'txn_unknown']) {
      expectError(
        await gateway.request('GET', `/payments/${other}`, { headers: merchant.withKey }),
        404,
        `Transaction '${other}' not found for this user.`,
      );
    }
  });

  it('asks for the key', async () => {
    expectError(await gateway.request('GET', '/payments/txn_unknown'), 401, NO_KEY);
  });
});

describe('GET /payments/query', () => {
  it('needs the key and the token', async () => {
    const query = (headers: Record<string, string>) => gateway.request('GET', '/payments/query', { headers });
    expectError(await query({}), 401, NO_KEY);
    expectError(await query(merchant.withToken), 401, NO_KEY);
    expectError(await query(merchant.withKey), 401, 'Authorization header missing.');
    expectError(
      await query({ ...merchant.withKey, authorization: 'Token x' }),
      401,
      'Invalid authorization header format.',
    );
    expectError(await query({ ...merchant.withKey, authorization: 'Bearer x' }), 401, 'Invalid or expired token.');
    expectError(await query({ ...merchant.withToken, 'x-api-key': 'PK_LIVE_unknown' }), 401, NO_KEY);
  });

  it('says 403 where key and token belong to different users', async () => {
    const other = await Merchant.joins(gateway);
    expectError(
      await gateway.request('GET', '/payments/query', { headers: { ...merchant.withKey, ...other.withToken } }),
      403,
      expect.any(String),
    );
  });

  it('answers with the body of the list', async () => {
    const owner = await Merchant.joins(gateway);
    await owner.receives({ paymentAmount: 3 });
    await owner.receives({ paymentAmount: 5 });
    expect(await owner.queries()).toEqual(await owner.lists());
    expect(await owner.queries('minAmount=1&maxAmount=9&sortBy=createdAt&sortOrder=desc')).toEqual(await owner.lists());
  });

  it('says 404 where nothing is found', async () => {
    const owner = await Merchant.joins(gateway);
    const nothing = 'No transactions found matching the query for this user.';
    expectError(await owner.triesToQuery(), 404, nothing);
    await owner.charges({ paymentAmount: 5 });
    expectError(await owner.triesToQuery('minAmount=6'), 404, nothing);
  });

  it.each([
    ['sortBy=customerName', 'sortBy', 'enum'],
    ['sortOrder=up', 'sortOrder', 'enum'],
    ['noSuchFilter=1', 'noSuchFilter', 'extra_forbidden'],
  ])('refuses %s', async (search, field, type) => {
    expectInvalid(await merchant.triesToQuery(search), { loc: ['query', field], type });
  });

  it.each(['abc', '', '1e3', 'NaN', 'Infinity', '0x10', '1,5'])('refuses %j as an amount', async (value) => {
    const answer = await merchant.triesToQuery(`minAmount=${encodeURIComponent(value)}`);
    expectInvalid(answer, { loc: ['query', 'minAmount'], type: expect.any(String) as unknown as string, input: value });
  });
});
