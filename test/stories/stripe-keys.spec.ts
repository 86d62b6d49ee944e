import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleTab, tokenIn } from '../support/console.js';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid, type Sent } from '../support/http.js';
import { bodyOf, type Charged, Merchant, newCharge } from '../support/merchant.js';
import { DAY, HOUR, Sandbox, type SandboxBody } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off', LOG_LEVEL: 'trace' });
});
afterAll(() => gateway.stop());

interface StoredAccount {
  readonly _id: string;
  readonly usesDialect?: boolean;
  readonly apiKeys: readonly { readonly hash: string }[];
  readonly sandbox?: { readonly expiresAt: Date };
}

interface Key {
  readonly id: string;
  readonly name: string;
  readonly style: string;
  readonly last4: string;
}

type CreatedKey = Key & { readonly apiKey: string; readonly publishableKey: string | null };

let count = 0;
/** A key that nobody has used. */
const unusedKey = (): string => `sk_test_story_${(count += 1)}`;
const publishable = (key: string): string => key.replace('sk_', 'pk_');
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

function using<Body = unknown>(key: string, method: string, path: string, sent: Sent = {}, on = gateway) {
  return on.request<Body>(method, path, { ...sent, headers: { 'x-api-key': key, ...sent.headers } });
}

const sandboxOf = async (key: string, on = gateway): Promise<SandboxBody> =>
  bodyOf(await using<SandboxBody>(key, 'GET', '/sandboxes/current', {}, on), 200);
const charges = async (key: string): Promise<Charged> =>
  bodyOf(await using<Charged>(key, 'POST', '/payments/charge', { json: newCharge() }), 201);
const reads = async (key: string, id: string): Promise<number> => (await using(key, 'GET', `/payments/${id}`)).status;

const accountsIn = async (on = gateway) => (await on.database()).collection<StoredAccount>('accounts');
const stored = async (key: string, on = gateway): Promise<StoredAccount[]> =>
  (await accountsIn(on)).find({ 'apiKeys.hash': hashOf(key) }).toArray();

/** Asks at once, several times. */
const atOnce = <T>(times: number, ask: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, n) => ask(n)));

const createPair = (merchant: Merchant, name = 'Shop'): Promise<Answer<CreatedKey>> =>
  merchant.asks('POST', '/users/me/api-keys', { json: { name, style: 'stripe' } });
const keysOf = async (merchant: Merchant): Promise<Key[]> =>
  bodyOf(await merchant.asks<{ data: Key[] }>('GET', '/users/me/api-keys'), 200).data;

const refusal = ({ status, body }: Answer): unknown[] => [status, (body as { code?: string }).code];
const REFUSED = [401, 'api_key_invalid'];

describe('The first use of a test key', () => {
  it('makes an account with real time that lives for 7 days, and no key stands in the database', async () => {
    const key = 'sk_test_my_suite';
    const answer = await using<SandboxBody>(key, 'GET', '/sandboxes/current');
    const sandbox = bodyOf(answer, 200);
    expect(sandbox).toMatchObject({ name: 'Account of sk_test_…uite', clock: { kind: 'real' } });
    expect(answer.text).not.toMatch(/~|my_suite/);
    const life = Date.parse(sandbox.expiresAt) - Date.now();
    expect(life).toBeGreaterThan(7 * DAY - 60_000);
    expect(life).toBeLessThanOrEqual(7 * DAY);
    const [account] = await stored(key);
    expect(account).toMatchObject({ usesDialect: true });
    expect(account?.apiKeys.map(({ hash }) => hash)).toEqual([key, publishable(key)].map(hashOf));
    expect(JSON.stringify(account)).not.toContain('my_suite');
  });

  it('can be a charge, which is there for the next use', async () => {
    const key = unusedKey();
    const { id } = await charges(key);
    expect(await reads(key, id)).toBe(200);
    expect(bodyOf(await using<{ name: string }>(key, 'GET', '/users/me'), 200).name).toMatch(/^Account of sk_test_…/);
  });

  it('makes one account, however many requests are the first, in however many processes', async () => {
    const database = await startSharedDatabase();
    try {
      const processes = await atOnce(2, () => startGateway({ RATE_LIMIT: 'off', MONGODB_URI: database.uri }));
      try {
        const key = unusedKey();
        const seen = await atOnce(20, (n) => sandboxOf(key, processes[n % 2]));
        expect(new Set(seen.map(({ accountId, id }) => `${accountId} ${id}`)).size).toBe(1);
        expect(await stored(key, processes[0])).toHaveLength(1);
        expect(await (await accountsIn(processes[0])).countDocuments({ sandbox: { $exists: true } })).toBe(1);
      } finally {
        await Promise.all(processes.map((each) => each.stop()));
      }
    } finally {
      await database.stop();
    }
  });

  it('makes another world for another key', async () => {
    const [one, other] = [unusedKey(), unusedKey()];
    const { id } = await charges(one);
    expect(await reads(other, id)).toBe(404);
    expect((await sandboxOf(other)).accountId).not.toBe((await sandboxOf(one)).accountId);
  });

  it('makes an account with the same ids on each gateway', async () => {
    const key = unusedKey();
    const second = await startGateway({ RATE_LIMIT: 'off' });
    try {
      const [here, there] = [await sandboxOf(key), await sandboxOf(key, second)];
      expect([there.accountId, there.id, there.seed]).toEqual([here.accountId, here.id, here.seed]);
    } finally {
      await second.stop();
    }
  });
});

describe('A key', () => {
  it('that is publishable is refused on the own routes, whether its account is there or not', async () => {
    const key = unusedKey();
    const before = await using(publishable(key), 'GET', '/payments/all');
    expectError(before, 401, expect.stringContaining('publishable'));
    expect(await stored(key)).toEqual([]);
    await sandboxOf(key);
    for (const path of ['/payments/all', '/sandboxes/current', '/users/me'])
      expect(refusal(await using(publishable(key), 'GET', path))).toEqual(REFUSED);
  });

  it.each(['sk_live_51AbcDef', 'rk_live_51AbcDef', 'pk_live_51AbcDef'])(
    'for real money is refused, and neither stored nor logged: %s',
    async (key) => {
      const answer = await using(key, 'GET', '/payments/all');
      expectError(answer, 401, expect.stringContaining('Never send live keys'));
      expect(answer.text).not.toContain('51AbcDef');
      expect(gateway.output).not.toContain('51AbcDef');
      expect(await stored(key)).toEqual([]);
    },
  );

  it.each(['sk_test_', `sk_test_${'x'.repeat(101)}`, 'sk_test_a-b', 'rk_test_a', 'SK_TEST_a', 'sk_test'])(
    'that is malformed is refused: %s',
    async (key) => {
      expect(refusal(await using(key, 'GET', '/sandboxes/current'))).toEqual(REFUSED);
      expect(await stored(key)).toEqual([]);
    },
  );

  it('that a field holds by mistake is not kept in the request log, and no answer repeats it', async () => {
    const key = unusedKey();
    await charges(key);
    const requests: Readonly<Record<string, unknown>>[] = [
      { details: 'paid with sk_live_51Secret' },
      { currency: 'sk_live_51Secret' },
    ];
    for (const fields of requests) {
      const { text } = await using(key, 'POST', '/payments/charge', { json: newCharge(fields) });
      if ('currency' in fields) expect(text).not.toContain('51Secret');
    }
    const { data } = await eventually(
      'the requests in the log',
      async () => bodyOf(await using<Page<{ requestBody: string }>>(key, 'GET', '/request-logs?method=POST'), 200),
      (page) => page.data.length === 3,
    );
    expect(JSON.stringify(data)).not.toContain('51Secret');
    expect(data.some(({ requestBody }) => requestBody.includes('[redacted]'))).toBe(true);
  });
});

describe('An account that came with the first use of its key', () => {
  it('begins anew with the next use after it was deleted, in one account and without its tokens', async () => {
    const key = unusedKey();
    const [{ accountId }, { id }] = [await sandboxOf(key), await charges(key)];
    const tab = new ConsoleTab(gateway);
    await tab.opens({ link: tokenIn((await sandboxOf(key)).consoleUrl) });
    expect((await tab.asks('GET', '/users/me')).status).toBe(200);
    bodyOf(await using(key, 'DELETE', '/sandboxes/current'), 200);

    const seen = await atOnce(20, () => sandboxOf(key));
    expect(new Set(seen.map((each) => each.accountId))).toEqual(new Set([accountId]));
    expect(await stored(key)).toHaveLength(1);
    expect(await reads(key, id)).toBe(404);
    expect((await tab.asks('GET', '/users/me')).status).toBe(401);
    const again = await charges(key);
    expect(await reads(key, again.id)).toBe(200);
    const payments = (await gateway.database()).collection<{ _id: string }>('payments');
    await eventually(
      'the data of the former account to be removed',
      async () => (await payments.find({ _id: { $regex: `^${id}~` } }).toArray()).length,
      (left) => left === 0,
    );
    expect(await reads(key, again.id)).toBe(200);
  });

  it('begins anew after it has expired', async () => {
    const key = unusedKey();
    const { id } = await charges(key);
    const expiresAt = new Date(Date.now() - 1_000);
    await (await accountsIn()).updateOne({ 'apiKeys.hash': hashOf(key) }, { $set: { 'sandbox.expiresAt': expiresAt } });
    const seen = await atOnce(5, () => sandboxOf(key));
    for (const sandbox of seen) expect(Date.parse(sandbox.expiresAt)).toBeGreaterThan(Date.now() + 6 * DAY);
    expect(await reads(key, id)).toBe(404);
    expect(await stored(key)).toHaveLength(1);
  });

  it('lives on as long as it is used, past the time when it would have ended', async () => {
    const key = unusedKey();
    await sandboxOf(key);
    const soon = new Date(Date.now() + HOUR);
    await (
      await accountsIn()
    ).updateOne(
      { 'apiKeys.hash': hashOf(key) },
      { $set: { 'sandbox.expiresAt': soon, 'sandbox.dueAt': new Date(Date.now() - 1_000) } },
    );
    await eventually(
      'its life to be renewed',
      () => sandboxOf(key),
      ({ expiresAt }) => Date.parse(expiresAt) > Date.now() + 6 * DAY,
    );
    const { expiresAt } = await sandboxOf(key);
    await eventually(
      'due work to look again when it ends',
      async () => (await accountsIn()).findOne<{ sandbox: { dueAt: Date } }>({ 'apiKeys.hash': hashOf(key) }),
      (account) => account?.sandbox.dueAt.toISOString() === expiresAt,
    );
  });

  it('is one of the sandboxes of its address, which has at most 1,000; those that are there go on', async () => {
    const own = await startGateway({ RATE_LIMIT: 'off' });
    try {
      const keys = Array.from({ length: 500 }, unusedKey);
      for (let n = 0; n < keys.length; n += 25)
        await Promise.all(keys.slice(n, n + 25).flatMap((key) => [sandboxOf(key, own), Sandbox.create(own, {})]));
      const refused = [
        await using(unusedKey(), 'GET', '/sandboxes/current', {}, own),
        await Sandbox.triesToCreate(own, {}),
      ];
      expect(refused.map(refusal)).toEqual(Array(2).fill([429, 'too_many_sandboxes']));
      await sandboxOf(keys[0] ?? '', own);
      bodyOf(await using(keys[1] ?? '', 'DELETE', '/sandboxes/current', {}, own), 200);
      await sandboxOf(unusedKey(), own);
    } finally {
      await own.stop();
    }
  }, 120_000);
});

describe('A pair of keys of an ordinary account', () => {
  it('is shown once, and its secret key opens the account as any other key', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges();
    const pair = bodyOf(await createPair(merchant), 201);
    expect(pair).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'Shop',
      style: 'stripe',
      last4: pair.apiKey.slice(-4),
      createdAt: expect.any(String),
      lastUsedAt: null,
      apiKey: expect.stringMatching(/^sk_test_[A-Za-z0-9]{24}$/),
      publishableKey: expect.stringMatching(/^pk_test_[A-Za-z0-9]{24}$/),
    });
    expect(pair.publishableKey?.slice(8)).not.toBe(pair.apiKey.slice(8));
    expect(await reads(pair.apiKey, id)).toBe(200);
    expect(refusal(await using(pair.publishableKey ?? '', 'GET', '/payments/all'))).toEqual(REFUSED);
    const [account] = await stored(pair.apiKey);
    expect(account).toMatchObject({ _id: merchant.userId, usesDialect: true });
    expect(await stored(pair.publishableKey ?? '')).toHaveLength(1);
  });

  it('is one line of the list, and goes as one', async () => {
    const merchant = await Merchant.joins(gateway);
    const pair = bodyOf(await createPair(merchant), 201);
    expect((await keysOf(merchant)).map(({ name, style }) => [name, style])).toEqual([
      ['Default', 'gateway'],
      ['Shop', 'stripe'],
    ]);
    expect((await merchant.asks('GET', '/users/me/api-keys')).text).not.toContain(pair.publishableKey?.slice(-4));
    expect((await merchant.asks('DELETE', `/users/me/api-keys/${pair.id}`)).status).toBe(204);
    expect((await keysOf(merchant)).map(({ name }) => name)).toEqual(['Default']);
    for (const key of [pair.apiKey, pair.publishableKey ?? '']) {
      // A deleted key is no key to be used for the first time.
      expect(refusal(await using(key, 'GET', '/payments/all'))).toEqual(REFUSED);
      expect(await stored(key)).toEqual([]);
    }
  });

  it('counts as one of 20 keys, also when they are made at once', async () => {
    const merchant = await Merchant.joins(gateway);
    const answers = await atOnce(30, (n) =>
      merchant.asks('POST', '/users/me/api-keys', {
        json: { name: `key ${n}`, style: n % 2 === 0 ? 'stripe' : 'gateway' },
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(19);
    expect(await keysOf(merchant)).toHaveLength(20);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(refusal(answer)).toEqual([400, 'too_many_api_keys']);
  });

  it('is made where it is asked for; otherwise a key is of the own style, and the account uses no dialect', async () => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await merchant.asks('POST', '/users/me/api-keys', { json: { name: 'a', style: 'paypal' } }), {
      loc: ['body', 'style'],
      type: 'enum',
    });
    const plain = await merchant.asks<CreatedKey>('POST', '/users/me/api-keys', { json: { name: 'CI' } });
    expect(bodyOf(plain, 201)).toMatchObject({ style: 'gateway', publishableKey: null });
    const [account] = await stored(plain.body.apiKey);
    expect(account).not.toHaveProperty('usesDialect');
  });
});

describe('Keys that nobody made', () => {
  it('are unknown in production, and where sandboxes are off', async () => {
    const database = await startSharedDatabase();
    try {
      for (const settings of [{ NODE_ENV: 'production', SANDBOXES: 'on' }, { SANDBOXES: 'off' }]) {
        const closed = await startGateway({ ...settings, MONGODB_URI: database.uri });
        try {
          const key = unusedKey();
          expect(refusal(await using(key, 'GET', '/payments/all', {}, closed))).toEqual(REFUSED);
          expect(await stored(key, closed)).toEqual([]);
          const merchant = await Merchant.joins(closed);
          const { apiKey } = bodyOf(await createPair(merchant), 201);
          expect((await using(apiKey, 'GET', '/users/me', {}, closed)).status).toBe(200);
        } finally {
          await closed.stop();
        }
      }
    } finally {
      await database.stop();
    }
  });
});
