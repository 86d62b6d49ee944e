import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { Merchant, newCharge, newRegistration, PASSWORD } from '../support/merchant.js';

let gateway: Gateway;
let merchant: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
  await merchant.charges();
});
afterAll(() => gateway.stop());

// Whatever came, it goes on serving.
afterEach(async () => {
  expect((await gateway.request('GET', '/status')).body).toMatchObject({ status: 'ok' });
});

const OPERATORS: readonly unknown[] = [
  { $gt: '' },
  { $ne: null },
  { $regex: '.*' },
  { $where: 'sleep(1000)' },
  { $in: ['a'] },
  ['a@b.example'],
  { toString: 'x' },
  { length: 20 },
];

describe('A database operator', () => {
  it.each(OPERATORS)('%j is no e-mail and no password at login', async (operator) => {
    for (const json of [
      { email: operator, password: PASSWORD },
      { email: merchant.email, password: operator },
      { email: operator, password: operator },
    ]) {
      expectError(await gateway.request('POST', '/users/login', { json }), 422, expect.any(Array));
    }
  });

  it.each(OPERATORS)('%j is no field of a registration, a charge or a role', async (operator) => {
    for (const field of ['name', 'email', 'password'])
      expectError(
        await gateway.request('POST', '/users/register', { json: newRegistration({ [field]: operator }) }),
        422,
        expect.any(Array),
      );
    for (const field of ['customerName', 'paymentAmount', 'currency', 'details', 'webhookUrl'])
      expectError(await merchant.triesToCharge(newCharge({ [field]: operator })), 422, expect.any(Array));
  });

  it.each(['{"$gt":""}', '[object Object]', '$ne', '*', '.*', "' || '1'=='1"])('%j is no API key', async (key) => {
    expectError(
      await gateway.request('GET', '/payments/all', { headers: { 'x-api-key': key } }),
      401,
      'Invalid or missing X-API-Key. Access denied.',
    );
  });

  it.each([
    'minAmount[$gt]=0',
    'sortBy[$ne]=x',
    'sortBy=$where',
    'minAmount=1&minAmount=2',
    '$where=1',
    'ownerId=x',
    'accountId[$ne]=x',
    '__proto__[x]=1',
    'constructor=1',
  ])('%s is no query', async (search) => {
    expectError(await merchant.triesToQuery(search), 422, expect.any(Array));
  });

  it.each(['{"$gt":""}', '$ne', '[$ne]=x', '..%2f..%2fusers', '%00', 'txn_1%00', '%F0%9F%92%A9'])(
    '%s is no id',
    async (id) => {
      const answer = await gateway.request('GET', `/payments/${id}`, { headers: merchant.withKey });
      expect(answer.status).toBe(404);
    },
  );
});

describe('A prototype', () => {
  it.each([
    '{"__proto__":{"role":"system_admin"},"name":"Eve","email":"eve@evil.example","password":"correct horse"}',
    '{"constructor":{"prototype":{"role":"system_admin"}},"name":"Eve","email":"eve@evil.example","password":"correct horse"}',
    '{"prototype":{"x":1},"name":"Eve","email":"eve@evil.example","password":"correct horse"}',
    '{"name":"Eve","email":"eve@evil.example","password":"correct horse","__proto__":null}',
    '{"\\u005f\\u005fproto__":{"role":"admin"},"name":"Eve","email":"eve@evil.example","password":"correct horse"}',
  ])('cannot be set by %s', async (raw) => {
    expectError(await gateway.request('POST', '/users/register', { raw }), 422, expect.any(Array));
    const { body } = await gateway.request('POST', '/users/register', { json: newRegistration() });
    expect(body).toMatchObject({ role: 'user' });
  });

  it('is no resource and no id', async () => {
    for (const word of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((await merchant.deletes(word, 'x')).status).toBe(400);
      expect((await merchant.deletes('transactions', word)).status).toBe(404);
      expect((await gateway.request('GET', `/payments/${word}`, { headers: merchant.withKey })).status).toBe(404);
    }
  });
});

describe('Too much', () => {
  it('of nesting is refused', async () => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    expectError(await gateway.request('POST', '/users/login', { raw: deep }), 422, expect.any(Array));
    expectError(
      await gateway.request('POST', '/users/login', { raw: `{"email":${deep},"password":"x"}` }),
      422,
      expect.any(Array),
    );
    expectError(
      await gateway.request('POST', '/users/login', { raw: `${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}` }),
      422,
      expect.any(Array),
    );
  });

  it('of text is refused quickly', async () => {
    const started = performance.now();
    for (const email of [
      `${'a'.repeat(90_000)}@b.example`,
      'a@'.repeat(40_000),
      `a@${'b.'.repeat(40_000)}`,
      ' '.repeat(90_000),
      '@'.repeat(90_000),
    ]) {
      expectError(
        await gateway.request('POST', '/users/login', { json: { email, password: PASSWORD } }),
        422,
        expect.any(Array),
      );
    }
    for (const json of [
      newCharge({ customerName: 'x'.repeat(90_000) }),
      newCharge({ webhookUrl: `https://${'a.'.repeat(40_000)}example` }),
    ])
      expectError(await merchant.triesToCharge(json), 422, expect.any(Array));
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('of digits is refused quickly', async () => {
    const started = performance.now();
    for (const digits of ['1'.repeat(90_000), `0.${'1'.repeat(90_000)}`, `1e${'9'.repeat(90_000)}`]) {
      expectError(
        await gateway.request('POST', '/payments/charge', {
          headers: merchant.withKey,
          raw: `{"customerName":"a","paymentAmount":${digits},"currency":"USD"}`,
        }),
        422,
        expect.any(Array),
      );
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('of fields is refused', async () => {
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, n]));
    expectError(await gateway.request('POST', '/users/login', { json: fields }), 422, expect.any(Array));
  });

  it('of a header is refused', async () => {
    const answer = await gateway.request('GET', '/payments/all', { headers: { 'x-api-key': 'x'.repeat(8000) } });
    expect(answer.status).toBe(401);
  });
});

describe('Text as it is', () => {
  it.each([
    '<script>alert(1)</script>',
    '‮reversed',
    'Ада Лавлейс 🦊',
    "'; DROP TABLE--",
    '${7*7}',
    '{{7*7}}',
    'a\u0000b',
    '$set',
    'a.b',
    '__proto__',
  ])('%j comes back unchanged', async (text) => {
    const charged = await merchant.charges({ customerName: text, details: text });
    expect(charged.customerName).toBe(text);
    expect(await merchant.gets(charged.id)).toMatchObject({ customerName: text, details: text });
  });
});

describe('A number that is no test value', () => {
  // Both pass the check of their last digit, as a card of somebody would.
  const NUMBER = '4929123456789015';
  const SPACED = '4929 1234 5678 9015';

  it.each([
    ['the number of a card', 'POST', '/payment-methods', { number: NUMBER, expMonth: 12, expYear: 2030 }],
    [
      'a number in place of a text',
      'POST',
      '/payment-methods',
      { number: Number(NUMBER), expMonth: 12, expYear: 2030 },
    ],
    ['a field that there is not', 'POST', '/payments/charge', newCharge({ card: NUMBER })],
    ['the name of a field', 'POST', '/payments/charge', newCharge({ [NUMBER]: 1 })],
    ['a field within a field', 'POST', '/payments/charge', newCharge({ metadata: { card: { number: SPACED } } })],
    ['a payment method', 'POST', '/payments/charge', newCharge({ paymentMethod: NUMBER })],
    [
      'a payment method with a wrong digit',
      'POST',
      '/payments/charge',
      newCharge({ paymentMethod: '4929123456789018' }),
    ],
    ['a currency', 'POST', '/payments/charge', newCharge({ currency: SPACED })],
    ['the id in a path', 'GET', `/payments/${NUMBER}`, undefined],
    ['a filter', 'GET', `/payments?limit=${NUMBER}`, undefined],
    ['a filter with a key', 'GET', `/payments?metadata[a]=1&metadata[a]=${NUMBER}`, undefined],
  ])('sent as %s is refused and not echoed', async (_where, method, path, json) => {
    const answer = await gateway.request(method, path, { headers: merchant.withKey, ...(json && { json }) });
    expect([404, 422]).toContain(answer.status);
    expect(answer.text.replace(/[a-z]+_[0-9a-f]{24}/g, '').replace(/\D/g, '')).not.toContain('492912345678901');
  });

  it('is not echoed by a repetition either', async () => {
    for (let n = 0; n < 2; n += 1) {
      const answer = await gateway.request('POST', `/payments/${NUMBER}/void`, {
        headers: { ...merchant.withKey, 'idempotency-key': 'with-a-number' },
      });
      expect([answer.status, answer.text.includes(NUMBER)]).toEqual([404, false]);
    }
  });
});
