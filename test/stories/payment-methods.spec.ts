import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db } from 'mongodb';
import { isOnRealDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', LOG_LEVEL: 'trace' });
});
afterAll(() => gateway.stop());

interface PaymentMethod {
  readonly id: string;
  readonly brand: string;
  readonly funding: string;
  readonly last4: string;
  readonly fingerprint: string;
  readonly checks: { readonly cvc: string; readonly postalCode: string; readonly addressLine: string };
}

const YEAR = new Date().getUTCFullYear();
const newCard = (overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  number: '4242424242424242',
  expMonth: 12,
  expYear: YEAR + 3,
  cvc: '123',
  ...overrides,
});
const triesToAdd = (
  merchant: Merchant,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Answer<PaymentMethod>> =>
  merchant.asks<PaymentMethod>('POST', '/payment-methods', { json: newCard(overrides) });
const adds = async (merchant: Merchant, overrides: Readonly<Record<string, unknown>> = {}): Promise<PaymentMethod> =>
  bodyOf(await triesToAdd(merchant, overrides), 201);

/** A card is refused with this code, and nothing of it is answered back. */
function expectRefused(answer: Answer, code: string, field: string): void {
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ status: 422, code, detail: [{ loc: ['body', field], type: code, input: null }] });
}

describe('A test card', () => {
  it('becomes a payment method that shows neither its number nor its security code', async () => {
    const merchant = await Merchant.joins(gateway);
    const method = await adds(merchant, {
      holderName: 'Jenny Rosen',
      postalCode: '10115',
      addressLine: 'Invalidenstr. 116',
    });
    expect(method).toEqual({
      id: expect.stringMatching(/^pm_[0-9a-f]{24}$/),
      brand: 'visa',
      funding: 'credit',
      last4: '4242',
      expMonth: 12,
      expYear: YEAR + 3,
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      holderName: 'Jenny Rosen',
      postalCode: '10115',
      checks: { cvc: 'pass', postalCode: 'pass', addressLine: 'pass' },
      createdAt: expect.stringMatching(/^\d{4}-.+Z$/),
    });
    expect(bodyOf(await merchant.asks('GET', `/payment-methods/${method.id}`), 200)).toEqual(method);
  });

  it.each([
    ['4000056655665556', 'visa', 'debit'],
    ['5200828282828210', 'mastercard', 'debit'],
    ['5105105105105100', 'mastercard', 'prepaid'],
    ['2223003122003222', 'mastercard', 'credit'],
    ['3056930009020004', 'diners', 'credit'],
  ])('%s is of %s, %s', async (number, brand, funding) => {
    expect(await adds(await Merchant.joins(gateway), { number })).toMatchObject({ brand, funding });
  });

  it('can be written with spaces or hyphens', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await adds(merchant, { number: '4000 0566 5566 5556' })).toMatchObject({ last4: '5556' });
    expect(await adds(merchant, { number: '3782-822463-10005', cvc: '1234' })).toMatchObject({
      brand: 'amex',
      last4: '0005',
    });
  });

  it('has one fingerprint in one account, whatever else is typed, and another in another', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const [first, again, otherCard, elsewhere] = await Promise.all([
      adds(merchant),
      adds(merchant, { expYear: YEAR + 1, cvc: '999', holderName: 'Someone Else' }),
      adds(merchant, { number: '4000056655665556' }),
      adds(other),
    ]);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(again.id).not.toBe(first.id);
    expect(new Set([first.fingerprint, otherCard.fingerprint, elsewhere.fingerprint]).size).toBe(3);
  });

  it.each([
    ['4242424242424242', {}, { cvc: 'pass', postalCode: 'pass', addressLine: 'pass' }],
    [
      '4242424242424242',
      { cvc: null, postalCode: null, addressLine: null },
      { cvc: 'unchecked', postalCode: 'unchecked', addressLine: 'unchecked' },
    ],
    ['4000000000000101', {}, { cvc: 'fail', postalCode: 'pass', addressLine: 'pass' }],
    ['4000000000000036', {}, { cvc: 'pass', postalCode: 'fail', addressLine: 'pass' }],
    ['4000000000000028', {}, { cvc: 'pass', postalCode: 'pass', addressLine: 'fail' }],
    ['4000000000000010', {}, { cvc: 'pass', postalCode: 'fail', addressLine: 'fail' }],
    ['4000000000000010', { postalCode: null }, { cvc: 'pass', postalCode: 'unchecked', addressLine: 'fail' }],
    ['4000000000000044', {}, { cvc: 'pass', postalCode: 'unchecked', addressLine: 'unchecked' }],
  ])('%s with %j has its checks', async (number, overrides, checks) => {
    expect(
      await adds(await Merchant.joins(gateway), {
        number,
        postalCode: '10115',
        addressLine: 'Invalidenstr. 116',
        ...overrides,
      }),
    ).toMatchObject({ checks });
  });
});

describe('A card is refused', () => {
  it.each([
    ['whose number fails its checksum', { number: '4242424242424241' }, 'incorrect_number', 'number'],
    ['whose number fails its checksum', { number: '4000000000000001' }, 'incorrect_number', 'number'],
    ['whose number is no number', { number: 'four-two' }, 'incorrect_number', 'number'],
    ['whose number is empty', { number: '' }, 'incorrect_number', 'number'],
    ['whose number is too short', { number: '42' }, 'incorrect_number', 'number'],
    ['whose digits are not ASCII', { number: '４２４２４２４２４２４２４２４２' }, 'incorrect_number', 'number'],
    [
      'that is no test card, though it passes its checksum',
      { number: '4539578763621486' },
      'live_card_refused',
      'number',
    ],
    [
      'that is no test card, of another brand',
      { number: '371449635398431', cvc: '1234' },
      'live_card_refused',
      'number',
    ],
    ['of month 13', { expMonth: 13 }, 'invalid_expiry_month', 'expMonth'],
    ['of month 0', { expMonth: 0 }, 'invalid_expiry_month', 'expMonth'],
    ['of last year', { expYear: YEAR - 1 }, 'invalid_expiry_year', 'expYear'],
    ['of a year of two digits', { expYear: 30 }, 'invalid_expiry_year', 'expYear'],
    ['of a year too far ahead', { expYear: YEAR + 51 }, 'invalid_expiry_year', 'expYear'],
    ['with a security code of two digits', { cvc: '99' }, 'invalid_cvc', 'cvc'],
    ['with a security code of four digits, but for American Express', { cvc: '1234' }, 'invalid_cvc', 'cvc'],
    ['with a security code of three digits of American Express', { number: '378282246310005' }, 'invalid_cvc', 'cvc'],
    ['with a security code of letters', { cvc: 'abc' }, 'invalid_cvc', 'cvc'],
    ['with an empty security code', { cvc: '' }, 'invalid_cvc', 'cvc'],
  ])('%s: %j', async (_what, overrides, code, field) => {
    const merchant = await Merchant.joins(gateway);
    expectRefused(await triesToAdd(merchant, overrides), code, field);
    expect(bodyOf(await merchant.asks<{ data: unknown[] }>('GET', '/payment-methods'), 200).data).toEqual([]);
  });

  it('that is no test card with the advice to use one', async () => {
    const answer = await triesToAdd(await Merchant.joins(gateway), { number: '4539578763621486' });
    expect(answer.text).toContain('use a test card');
  });

  it.each([
    ['number', 4242, 'string_type'],
    ['expMonth', '12', 'int_parsing'],
    ['expMonth', 1.5, 'int_parsing'],
    ['expYear', undefined, 'missing'],
    ['number', undefined, 'missing'],
    ['cvc', 123, 'string_type'],
    ['holderName', 'x'.repeat(201), 'string_too_long'],
  ])('whose %s is %j', async (field, value, type) => {
    expectInvalid(await triesToAdd(await Merchant.joins(gateway), { [field]: value }), { loc: ['body', field], type });
  });
});

describe('Payment methods', () => {
  it('are listed newest first, got and deleted, by key or token', async () => {
    const merchant = await Merchant.joins(gateway);
    const methods = [
      await adds(merchant),
      await adds(merchant, { number: '5555555555554444' }),
      await adds(merchant, { number: '6011111111111117' }),
    ].reverse();
    const list = async (search = ''): Promise<unknown> =>
      bodyOf(await gateway.request('GET', `/payment-methods?${search}`, { headers: merchant.withKey }), 200);
    expect(await list()).toEqual({ data: methods, hasMore: false });
    expect(await list('limit=2')).toEqual({ data: methods.slice(0, 2), hasMore: true });
    expect(await list(`limit=2&startingAfter=${methods[1]?.id ?? ''}`)).toEqual({
      data: methods.slice(2),
      hasMore: false,
    });
    const gone = methods[1]?.id ?? '';
    expect(await merchant.asks('DELETE', `/payment-methods/${gone}`)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'DELETE'])
      expectError(
        await merchant.asks(method, `/payment-methods/${gone}`),
        404,
        `Payment method '${gone}' not found for this user.`,
      );
    expect(await list()).toEqual({ data: [methods[0], methods[2]], hasMore: false });
  });

  it('that are deleted cannot be charged any more; what was charged stays', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await adds(merchant);
    const paid = await merchant.receives({ paymentMethod: id });
    bodyOf(await merchant.asks('DELETE', `/payment-methods/${id}`), 204);
    expectInvalid(await merchant.triesToCharge(newCharge({ paymentMethod: id })), {
      loc: ['body', 'paymentMethod'],
      type: 'unknown_payment_method',
    });
    expect(await merchant.gets(paid.id)).toMatchObject({
      status: 'completed',
      paymentMethod: { id, brand: 'visa', last4: '4242' },
    });
  });

  it('of another account are not found, and cannot be charged', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await adds(merchant);
    for (const method of ['GET', 'DELETE'])
      expectError(
        await other.asks(method, `/payment-methods/${id}`),
        404,
        `Payment method '${id}' not found for this user.`,
      );
    for (const paymentMethod of [id, 'pm_card_nothing', 'pm_000000000000000000000000', '4242424242424242']) {
      expectInvalid(await other.triesToCharge(newCharge({ paymentMethod })), {
        loc: ['body', 'paymentMethod'],
        type: 'unknown_payment_method',
      });
    }
    await merchant.receives({ paymentMethod: id });
  });
});

/** Every file below a folder, as bytes. */
/**
 * All that is stored, byte by byte: the files of the data folder, or the documents of a real MongoDB, whose files
 * nobody here can read.
 */
async function everythingStored(gateway: Gateway): Promise<[string, Buffer][]> {
  return isOnRealDatabase() ? everyDocument(await gateway.database()) : everyFile(gateway.dataDir);
}

async function everyDocument(database: Db): Promise<[string, Buffer][]> {
  const collections = await database.listCollections().toArray();
  return Promise.all(
    collections.map(async ({ name }): Promise<[string, Buffer]> => [
      name,
      Buffer.from(JSON.stringify(await database.collection(name).find().toArray())),
    ]),
  );
}

async function everyFile(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(
        async (entry) =>
          [join(entry.parentPath, entry.name), await readFile(join(entry.parentPath, entry.name))] as [string, Buffer],
      ),
  );
}

describe('The digits of a card', () => {
  it('are in nothing that is stored and in no log: not of a card that was accepted, refused, or typed into a wrong field', async () => {
    const merchant = await Merchant.joins(gateway);
    const accepted = '4000000000009995';
    const refused = '4539578763621486';
    const misread = '4000000000000001';
    const spaced = '4000 0025 0000 3155';
    const cvc = '7391';
    const sends = async (answer: Promise<Answer>, status: number): Promise<void> => {
      const { status: seen, text } = await answer;
      expect({ seen, text }).toEqual({ seen: status, text });
    };
    await sends(triesToAdd(merchant, { number: accepted }), 201);
    await sends(triesToAdd(merchant, { number: spaced }), 201);
    await sends(triesToAdd(merchant, { number: '378282246310005', cvc }), 201);
    await sends(
      merchant.asks('POST', '/payment-methods', {
        headers: { 'idempotency-key': 'card-1' },
        json: newCard({ number: '4000000000009987' }),
      }),
      201,
    );
    await sends(triesToAdd(merchant, { number: refused, cvc }), 422);
    await sends(triesToAdd(merchant, { number: misread, cvc }), 422);
    await sends(triesToAdd(merchant, { cvc: refused.slice(0, 10) }), 422);
    await sends(triesToAdd(merchant, { cvc: refused }), 422);
    await sends(triesToAdd(merchant, { number: undefined, holderName: { number: refused } }), 422);
    await sends(triesToAdd(merchant, { expYear: refused }), 422);
    await sends(triesToAdd(merchant, { expMonth: refused }), 422);
    await sends(triesToAdd(merchant, { cardNumber: refused }), 422);
    await sends(merchant.triesToCharge(newCharge({ paymentMethod: refused })), 422);
    await sends(merchant.triesToCharge(newCharge({ paymentMethod: { number: refused, cvc } })), 422);
    await sends(merchant.asks('POST', '/payment-methods', { raw: `{"number":"${refused}","cvc":"${cvc}"` }), 422);
    await sends(
      merchant.asks('POST', '/payment-methods', {
        raw: `number=${refused}&cvc=${cvc}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
      415,
    );
    await sends(merchant.asks('GET', `/payment-methods/${refused}`), 404);
    await sends(merchant.asks('GET', `/payment-methods?startingAfter=${refused}`), 422);
    await sends(merchant.asks('GET', `/payment-methods?number=${refused}`), 422);

    await merchant.asks('GET', '/status', { headers: { 'x-request-id': 'the-last-card' } });
    await eventually(
      'the log line',
      () => gateway.log,
      (lines) => lines.some(({ requestId }) => requestId === 'the-last-card'),
    );
    // Requests are kept a moment later.
    const logs = (): Promise<Answer<{ data: unknown[] }>> =>
      merchant.asks<{ data: unknown[] }>('GET', '/request-logs?limit=100');
    await eventually('the request logs', logs, ({ body }) => body.data.length >= 19);

    const files = await everythingStored(gateway);
    expect(Buffer.concat(files.map(([, bytes]) => bytes)).includes(merchant.userId)).toBe(true);
    const digits = [
      accepted,
      refused,
      misread,
      spaced,
      spaced.replaceAll(' ', ''),
      '378282246310005',
      '4000000000009987',
      refused.slice(0, 10),
    ];
    for (const secret of [...digits, `"${cvc}"`, `cvc=${cvc}`]) {
      expect(files.filter(([, bytes]) => bytes.includes(secret)).map(([name]) => `${secret} in ${name}`)).toEqual([]);
      expect(gateway.output.includes(secret) ? secret : 'none').toBe('none');
    }
  });

  it.each([
    ['the name of the holder', (merchant: Merchant) => triesToAdd(merchant, { holderName: '4539 5787 6362 1486' })],
    ['the postal code', (merchant: Merchant) => triesToAdd(merchant, { postalCode: '4539578763621486' })],
  ])('typed into %s are refused or not kept', async (_where, types) => {
    const merchant = await Merchant.joins(gateway);
    await types(merchant);
    const database = await gateway.database();
    const kept: string[] = [];
    for (const name of ['payment_methods', 'request_logs']) {
      const rows = await database.collection(name).find({ accountId: merchant.userId }).toArray();
      if (/4539[ -]?5787[ -]?6362[ -]?1486/.test(JSON.stringify(rows))) kept.push(name);
    }
    expect(kept).toEqual([]);
  });
});
