import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

interface Key {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

const keysOf = async (merchant: Merchant): Promise<Key[]> =>
  bodyOf(await merchant.asks<{ data: Key[] }>('GET', '/users/me/api-keys'), 200).data;
const createKey = async (merchant: Merchant, name: string) =>
  bodyOf(await merchant.asks<Key & { apiKey: string }>('POST', '/users/me/api-keys', { json: { name } }), 201);
const statusWith = async (apiKey: string): Promise<number> =>
  (await gateway.request('GET', '/payments/all', { headers: { 'x-api-key': apiKey } })).status;

describe('A merchant with several API keys', () => {
  it('sees each by its name, and the key itself only once', async () => {
    const merchant = await Merchant.joins(gateway);
    const ci = await createKey(merchant, 'CI');
    expect(ci).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'CI',
      style: 'gateway',
      last4: ci.apiKey.slice(-4),
      createdAt: expect.any(String),
      lastUsedAt: null,
      apiKey: expect.stringMatching(/^PK_LIVE_/),
      publishableKey: null,
    });
    const { text } = await merchant.asks('GET', '/users/me/api-keys');
    expect((await keysOf(merchant)).map(({ name }) => name).sort()).toEqual(['CI', 'Default']);
    for (const key of [merchant.apiKey, ci.apiKey]) expect(text).not.toContain(key);
  });

  it('can use all of them for the same payments', async () => {
    const merchant = await Merchant.joins(gateway);
    const { apiKey } = await createKey(merchant, 'second');
    const { id } = await merchant.charges();
    expect((await gateway.request('GET', `/payments/${id}`, { headers: { 'x-api-key': apiKey } })).body).toMatchObject({
      id,
    });
  });

  it('sees when a key was last used', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await keysOf(merchant)).toMatchObject([{ name: 'Default', lastUsedAt: null }]);
    await merchant.charges();
    const [used] = await eventually(
      'the use to be noted',
      () => keysOf(merchant),
      ([key]) => key?.lastUsedAt != null,
    );
    expect(Math.abs(Date.now() - Date.parse(used?.lastUsedAt ?? ''))).toBeLessThan(60_000);
  });

  it('deletes one, and it stops at once while the others go on', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, apiKey } = await createKey(merchant, 'leaked');
    expect(await statusWith(apiKey)).toBe(404);
    expect((await merchant.asks('DELETE', `/users/me/api-keys/${id}`)).status).toBe(204);
    expect(await statusWith(apiKey)).toBe(401);
    expect(await statusWith(merchant.apiKey)).toBe(404);
    expect((await keysOf(merchant)).map(({ name }) => name)).toEqual(['Default']);
    expectError(await merchant.asks('DELETE', `/users/me/api-keys/${id}`), 404, expect.any(String));
  });

  it("cannot delete another account's key", async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const [key] = await keysOf(other);
    expectError(await merchant.asks('DELETE', `/users/me/api-keys/${key?.id ?? ''}`), 404, expect.any(String));
    expect(await statusWith(other.apiKey)).toBe(404);
  });

  it('names its keys', async () => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await merchant.asks('POST', '/users/me/api-keys', { json: { name: ' ' } }), {
      loc: ['body', 'name'],
      type: 'string_too_short',
    });
    expectInvalid(await merchant.asks('POST', '/users/me/api-keys', { json: {} }), {
      loc: ['body', 'name'],
      type: 'missing',
    });
  });

  it('has no more than so many, also when they are made at once', async () => {
    const merchant = await Merchant.joins(gateway);
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => merchant.asks('POST', '/users/me/api-keys', { json: { name: `key ${n}` } })),
    );
    const created = answers.filter(({ status }) => status === 201).length;
    expect((await keysOf(merchant)).length).toBe(created + 1);
    expect(created + 1).toBe(20);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectError(answer, 400, expect.any(String));
  });
});

describe('An API key', () => {
  it('is stored as its SHA-256 only', async () => {
    const merchant = await Merchant.joins(gateway);
    const account = JSON.stringify(
      await (await gateway.database()).collection<{ _id: string }>('accounts').findOne({ _id: merchant.userId }),
    );
    expect(account).not.toContain(merchant.apiKey);
    expect(account).toContain(createHash('sha256').update(merchant.apiKey).digest('hex'));
  });

  it('has 128 random bits or more', async () => {
    const merchants = await Promise.all(Array.from({ length: 5 }, () => Merchant.joins(gateway)));
    const random = merchants.map(({ apiKey }) => apiKey.replace('PK_LIVE_', ''));
    expect(new Set(random).size).toBe(5);
    for (const text of random) expect(text.length * (/^[0-9a-f]+$/.test(text) ? 4 : 5)).toBeGreaterThanOrEqual(128);
  });
});
