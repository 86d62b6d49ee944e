import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, type Transaction } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

interface Stored extends Document {
  readonly _id: string;
}

type Found = Page<Transaction & { readonly orderReference: string | null }>;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

const list = async (merchant: Merchant, search: Record<string, string>): Promise<Found> =>
  bodyOf(await merchant.asks<Found>('GET', `/payments?${new URLSearchParams(search).toString()}`), 200);

const names = async (merchant: Merchant, search: string, more = {}): Promise<string[]> =>
  (await list(merchant, { search, ...more })).data.map(({ customerName }) => customerName);

describe('GET /payments?search=', () => {
  /** Oldest first. */
  const NAMES = [
    'Jenny Rosen',
    "Conan O'Brien",
    'JENSEN, Ida',
    'José Rosario',
    'A.* (EU)',
    'Rosen Jen|ny',
    '田中 太郎',
  ];
  let merchant: Merchant;
  let ids: string[];
  beforeAll(async () => {
    merchant = await Merchant.joins(gateway);
    ids = [];
    for (const [n, customerName] of NAMES.entries())
      ids.push((await merchant.charges({ customerName, orderReference: `Order-${n}` })).id);
  });

  it.each([
    ['jen', ['Rosen Jen|ny', 'JENSEN, Ida', 'Jenny Rosen']],
    ['ROSEN', ['Rosen Jen|ny', 'Jenny Rosen']],
    ['jenny r', ['Jenny Rosen']],
    ['  jenny ', ['Jenny Rosen']],
    ['ida', ['JENSEN, Ida']],
    ["o'b", ["Conan O'Brien"]],
    ['brien', ["Conan O'Brien"]],
    ['jose', ['José Rosario']],
    ['JOSÉ', ['José Rosario']],
    ['太', ['田中 太郎']],
    ['enny', []],
    ['nobody', []],
  ])('finds %j at the beginning of any word, in any case', async (search, expected) => {
    expect(await names(merchant, search)).toEqual(expected);
  });

  it.each([
    ['a.*', ['A.* (EU)']],
    ['.*', []],
    ['jen|ny', ['Rosen Jen|ny']],
    ['jen|rosa', []],
    ['^jen', []],
    ['jen$', []],
    ['[a-z]', []],
    ['\\', []],
    ['(eu)', []],
    ['eu)', ['A.* (EU)']],
    ['\u0301', []],
  ])('takes %j for text, not for a pattern', async (search, expected) => {
    expect(await names(merchant, search)).toEqual(expected);
  });

  it('finds a whole id, and the beginning of an order reference as it is written', async () => {
    const idsOf = async (search: string): Promise<string[]> =>
      (await list(merchant, { search })).data.map(({ id }) => id);
    expect(await idsOf(ids[2] ?? '')).toEqual([ids[2]]);
    expect(await idsOf((ids[2] ?? '').slice(0, -1))).toEqual([]);
    expect(await idsOf('Order-3')).toEqual([ids[3]]);
    expect(await idsOf('Order-')).toEqual([...ids].reverse());
    expect(await idsOf('order-')).toEqual([]);
  });

  it('finds nothing of another account, not even by its id', async () => {
    const other = await Merchant.joins(gateway);
    const { id } = await other.charges({ customerName: 'Quokka' });
    expect((await list(merchant, { search: id })).data).toEqual([]);
    expect(await names(merchant, 'quokka')).toEqual([]);
    expect(await names(other, 'quokka')).toEqual(['Quokka']);
  });

  it.each([
    ['', 'string_too_short'],
    ['   ', 'string_too_short'],
    ['x'.repeat(101), 'string_too_long'],
  ])('is 422 with %j', async (search, type) => {
    expectInvalid(await merchant.asks('GET', `/payments?search=${encodeURIComponent(search)}`), {
      loc: ['query', 'search'],
      type,
    });
  });

  it('finds in a sandbox what it was restored to, also of a snapshot of an earlier version', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id } = await sandbox.charges({ customerName: 'Wombat Trading' });
    const payments = (await gateway.database()).collection<Stored>('payments');
    await payments.updateMany({ _id: { $regex: `^${id}~` } }, { $unset: { searchKeys: 1 } });
    const copy = await Sandbox.create(gateway, { snapshot: (await sandbox.snapshot()).id });
    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot: (await sandbox.snapshot()).id });
    for (const each of [sandbox, copy])
      expect((await each.does<Found>('GET', '/payments?search=trad')).data).toMatchObject([
        { customerName: 'Wombat Trading' },
      ]);
  });
});

/** Copies a stored payment; the newest last. */
async function fill(
  owner: Merchant,
  count: number,
  fieldsOf: (n: number) => { customerName: string } & Record<string, unknown>,
  keysOf: (name: string) => string[],
): Promise<void> {
  const { id } = await owner.charges();
  await owner.seesCompleted(id);
  const payments = (await gateway.database()).collection<Stored>('payments');
  const template = await payments.findOne({ _id: id });
  if (!template) throw new Error('It is not stored.');
  await payments.deleteOne({ _id: id });
  const begin = Date.now() - 86_400_000;
  await payments.insertMany(
    Array.from({ length: count }, (_, n) => {
      const fields = fieldsOf(n);
      const at = new Date(begin + n * 1000);
      const _id = `txn_${at.getTime().toString(16).padStart(12, '0')}${n.toString(16).padStart(12, '0')}`;
      return { ...template, ...fields, _id, createdAt: at, searchKeys: keysOf(fields.customerName) };
    }),
  );
}

describe('A search among many payments', () => {
  interface Made {
    readonly customerName: string;
    readonly status: string;
    readonly currency: string;
    readonly amount: number;
    readonly comparableAmount: number;
    readonly orderReference: string | null;
  }
  const COUNT = 3_000;
  const FIRST = ['Ada', 'Alan', 'Grace', 'Edsger', 'Barbara'];
  const LAST = ['Lovelace', 'Turing', 'Hopper', 'Dijkstra', 'Liskov', 'Allen', 'Knuth'];

  /** The first thousand are of Zoe, who never came again. */
  const made = (n: number): Made => {
    const amount = ((n * 7919) % 1000) + 1;
    return {
      customerName: n < 1000 ? `Zoe ${LAST[n % 7] ?? ''}` : `${FIRST[n % 5] ?? ''} ${LAST[(n * 3) % 7] ?? ''}`,
      status: n % 50 === 0 ? 'failed' : 'completed',
      currency: n % 3 === 0 ? 'EUR' : 'USD',
      amount,
      comparableAmount: amount * 100,
      orderReference: n % 2 === 0 ? `order-${n}` : null,
    };
  };
  const ALL = Array.from({ length: COUNT }, (_, n) => ({ n, ...made(n) }));

  let owner: Merchant;
  beforeAll(async () => {
    owner = await Merchant.joins(gateway);
    await fill(
      owner,
      COUNT,
      (n) => ({ ...made(n) }),
      (name) => [name.toLowerCase(), name.toLowerCase().split(' ')[1] ?? ''],
    );
  });

  const matches = ({ customerName, orderReference }: Made, search: string): boolean =>
    customerName
      .toLowerCase()
      .split(' ')
      .some((_, at, words) => words.slice(at).join(' ').startsWith(search)) ||
    (orderReference ?? '').startsWith(search);

  const FILTERS: readonly [Record<string, string>, (payment: (typeof ALL)[number]) => boolean][] = [
    [{}, () => true],
    [{ status: 'failed' }, ({ status }) => status === 'failed'],
    [{ currency: 'EUR', status: 'completed' }, ({ currency, status }) => currency === 'EUR' && status === 'completed'],
    [{ minAmount: '2', maxAmount: '3' }, ({ amount }) => amount >= 200 && amount <= 300],
    [{ minAmount: '1' }, ({ amount }) => amount >= 100],
    [{ customerName: 'Zoe' }, ({ customerName }) => customerName.startsWith('Zoe')],
  ];

  it.each(
    ['zoe', 'al', 'ada lovelace', 'order-1', 'nobody'].flatMap((search) =>
      (['desc', 'asc'] as const).map((sortOrder) => [search, sortOrder] as const),
    ),
  )('finds %s (%s) as reading all of them would, with every filter and on every page', async (search, sortOrder) => {
    for (const [filter, passes] of FILTERS)
      for (const sortBy of ['createdAt', 'amount'] as const) {
        const expected = ALL.filter((payment) => matches(payment, search) && passes(payment)).sort(
          (a, b) => (sortOrder === 'asc' ? 1 : -1) * ((sortBy === 'amount' ? a.amount - b.amount : 0) || a.n - b.n),
        );
        const found: string[] = [];
        for (let page = 0; page < 2; page++) {
          const after = found.at(-1);
          const { data, hasMore } = await list(owner, {
            ...{ search, sortOrder, sortBy, limit: '90', ...filter },
            ...(after !== undefined && { startingAfter: after }),
          });
          found.push(...data.map(({ id }) => id));
          expect(hasMore).toBe(expected.length > found.length);
          if (!hasMore) break;
        }
        const numbers = found.map((id) => parseInt(id.slice(-12), 16));
        expect({ filter, sortBy, numbers }).toEqual({
          filter,
          sortBy,
          numbers: expected.slice(0, found.length).map(({ n }) => n),
        });
        expect(found.length).toBe(Math.min(180, expected.length));
      }
  });

  it('is paged backwards, too', async () => {
    const { data } = await list(owner, { search: 'zoe', limit: '100' });
    const back = await list(owner, { search: 'zoe', limit: '20', endingBefore: data[50]?.id ?? '' });
    expect(back.data.map(({ id }) => id)).toEqual(data.slice(30, 50).map(({ id }) => id));
  });
});

describe('Payments of an earlier version', () => {
  it('are found at once, and by the index when the gateway has gone through them, whatever ends it meanwhile', async () => {
    const database = await startSharedDatabase();
    const own = await startGateway({ MONGODB_URI: database.uri });
    try {
      const merchant = await Merchant.joins(own);
      const { id } = await merchant.receives({ customerName: 'Jenny Rosen', orderReference: 'order-1' });
      await own.terminate();
      const db = await own.database();
      const [payments, progress] = [db.collection<Stored>('payments'), db.collection<Stored>('search_progress')];
      const template = await payments.findOne({ _id: id });
      await payments.insertMany(
        Array.from({ length: 2_000 }, (_, n) => ({
          ...template,
          _id: `${id.slice(0, -6)}${n.toString(16).padStart(6, '0')}`,
          customerName: n % 100 === 0 ? `Grace Hopper ${n}` : 'Ada Lovelace',
        })),
      );
      await payments.updateMany({}, { $unset: { searchKeys: 1 } });
      await payments.dropIndex('accountId_1_searchKeys_1__id_-1');
      await payments.createIndex({ accountId: 1, customerName: 1, _id: -1 });
      await db.dropCollection('search_progress');

      await own.restart();
      expect(await names(merchant, 'hopper', { limit: '100' })).toHaveLength(20);
      await eventually(
        'a part of them to be done',
        () => progress.findOne({}),
        (found) => (found?.after ?? '') !== '',
      );
      await own.kill9();
      await own.restart();
      expect(await names(merchant, 'hopper', { limit: '100' })).toHaveLength(20);
      expect(await names(merchant, 'ROSEN')).toEqual(['Jenny Rosen']);
      await eventually(
        'all of them to be done',
        () => progress.findOne({}),
        (found) => found?.doneAt instanceof Date,
        30_000,
      );
      expect(await payments.countDocuments({ searchKeys: { $exists: false } })).toBe(0);
      expect(await names(merchant, 'hopper', { limit: '100' })).toHaveLength(20);
      expect((await list(merchant, { customerName: 'Grace H', limit: '100' })).data).toHaveLength(20);
      const indexes = async (): Promise<unknown[]> => (await payments.indexes()).map(({ name }) => name);
      expect(await indexes()).toContain('accountId_1_searchKeys_1__id_-1');

      // Other processes have learned of it by then.
      await own.terminate();
      await progress.updateOne({}, { $set: { doneAt: new Date(Date.now() - 60_000) } });
      await own.restart();
      await eventually(
        'the former index to be gone',
        indexes,
        (all) => !all.includes('accountId_1_customerName_1__id_-1'),
      );
      expect(await names(merchant, 'rosen')).toEqual(['Jenny Rosen']);
    } finally {
      await own.stop();
      await database.stop();
    }
  }, 60_000);
});
