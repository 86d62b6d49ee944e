import { describe, expect, it } from '@jest/globals';
import type { Collection, Document, Sort } from 'mongodb';
import { databaseUnderTest, eventually, idsOf, type AnyDocument } from './database-under-test.js';

const database = databaseUnderTest();

interface Explained {
  readonly stages: readonly string[];
  readonly indexName: string | undefined;
  readonly keys: number;
  readonly docs: number;
  readonly returned: number;
}

interface Plan {
  readonly stage: string;
  readonly indexName?: string;
  readonly inputStage?: Plan;
  readonly inputStages?: readonly Plan[];
}

/** Returns how a query finds its documents: the names of the stages, from the outside in. */
async function explained(
  collection: Collection<AnyDocument>,
  filter: Document,
  sort?: Sort,
  limit = 0,
  hint?: string,
): Promise<Explained> {
  const cursor = collection.find(filter).limit(limit);
  if (sort !== undefined) cursor.sort(sort);
  if (hint !== undefined) cursor.hint(hint);
  const { queryPlanner, executionStats } = (await cursor.explain('executionStats')) as {
    queryPlanner: { winningPlan: Plan };
    executionStats: { totalKeysExamined: number; totalDocsExamined: number; nReturned: number };
  };
  const plans = flat(queryPlanner.winningPlan);
  return {
    stages: plans.map(({ stage }) => stage),
    indexName: plans.find(({ indexName }) => indexName !== undefined)?.indexName,
    keys: executionStats.totalKeysExamined,
    docs: executionStats.totalDocsExamined,
    returned: executionStats.nReturned,
  };
}

const flat = (plan: Plan): Plan[] => [
  plan,
  ...(plan.inputStage ? flat(plan.inputStage) : []),
  ...(plan.inputStages ?? []).flatMap(flat),
];

/** 1,000 payments of 10 accounts. */
const PAYMENTS: AnyDocument[] = Array.from({ length: 1000 }, (_value, i) => ({
  _id: `pay_${String(i).padStart(4, '0')}`,
  accountId: `acc_${i % 10}`,
  status: ['open', 'paid', 'failed', 'void'][i % 4],
  amount: i,
  ...(i % 100 === 0 && { dueAt: new Date(Date.UTC(2026, 0, 1 + i / 100)) }),
}));

describe('A query uses an index', () => {
  it('by _id', async () => {
    const collection = await database.collection(...PAYMENTS);
    expect(await explained(collection, { _id: 'pay_0500' })).toMatchObject({ docs: 1, returned: 1 });
    expect(await explained(collection, { _id: { $gte: 'pay_0500' } }, undefined, 3)).toMatchObject({
      docs: 3,
      returned: 3,
    });
  });

  it('for a page of an account, newest first, without a sort', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ accountId: 1, _id: -1 });
    const plan = await explained(collection, { accountId: 'acc_3', _id: { $lt: 'pay_0500' } }, { _id: -1 }, 11);
    expect(plan).toMatchObject({ indexName: 'accountId_1__id_-1', returned: 11 });
    expect(plan.stages).not.toContain('SORT');
    expect(plan.docs).toBeLessThanOrEqual(12);
    const page = await collection
      .find({ accountId: 'acc_3', _id: { $lt: 'pay_0500' as never } })
      .sort({ _id: -1 })
      .limit(3)
      .toArray();
    expect(page.map(({ _id }) => _id)).toEqual(['pay_0493', 'pay_0483', 'pay_0473']);
  });

  it('in reverse', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ accountId: 1, amount: -1 });
    const plan = await explained(collection, { accountId: 'acc_3' }, { amount: 1 }, 5);
    expect(plan.stages).not.toContain('SORT');
    expect(plan.docs).toBeLessThanOrEqual(5);
  });

  it('for $in with a sort, without reading all documents', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ status: 1, amount: 1 });
    const filter = { status: { $in: ['void', 'open'] } };
    const plan = await explained(collection, filter, { amount: 1 }, 10);
    expect(plan.stages).not.toContain('SORT');
    expect(plan.docs).toBeLessThanOrEqual(12);
    expect(
      (await collection.find(filter).sort({ amount: -1 }).limit(4).toArray()).map(({ amount }) => amount as number),
    ).toEqual([999, 996, 995, 992]);
  });

  it('for a prefix of a string', async () => {
    const collection = await database.collection(...PAYMENTS);
    expect(await explained(collection, { _id: /^pay_001/ })).toMatchObject({ indexName: '_id_', returned: 10 });
    expect((await explained(collection, { _id: /^pay_001/ })).docs).toBeLessThanOrEqual(11);
  });

  it('for each alternative of $or', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ amount: 1 });
    const filter = { $or: [{ amount: 5 }, { _id: 'pay_0007' }, { amount: { $gt: 997 } }] };
    expect((await explained(collection, filter)).docs).toBeLessThanOrEqual(4);
    expect(await idsOf(collection, filter)).toEqual(['pay_0005', 'pay_0007', 'pay_0998', 'pay_0999']);
  });

  it('for fields of the subdocuments of an array', async () => {
    const accounts = Array.from({ length: 200 }, (_value, i) => ({
      _id: i,
      apiKeys: [
        { hash: `h${i}`, on: true },
        { hash: `g${i}`, on: false },
      ],
    }));
    const collection = await database.collection(...accounts);
    await collection.createIndex({ 'apiKeys.hash': 1 });
    expect(await explained(collection, { 'apiKeys.hash': 'g77' })).toMatchObject({
      indexName: 'apiKeys.hash_1',
      docs: 1,
      returned: 1,
    });
    expect(await explained(collection, { apiKeys: { $elemMatch: { hash: 'g77', on: true } } })).toMatchObject({
      docs: 1,
      returned: 0,
    });
  });

  it('for the first $match, $sort and $limit of an aggregation', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ accountId: 1, amount: 1 });
    const found = await collection
      .aggregate([
        { $match: { accountId: 'acc_1' } },
        { $sort: { amount: -1 } },
        { $limit: 2 },
        { $project: { _id: 0, amount: 1 } },
      ])
      .toArray();
    expect(found).toEqual([{ amount: 991 }, { amount: 981 }]);
  });

  it('given by a hint, and refuses a hint without an index', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ status: 1 });
    expect(await explained(collection, { status: 'open', _id: 'pay_0000' }, undefined, 0, 'status_1')).toMatchObject({
      indexName: 'status_1',
    });
    await expect(collection.find({}).hint('nope').toArray()).rejects.toMatchObject({ code: 2 });
  });

  it('if there is one, otherwise it scans the collection', async () => {
    const collection = await database.collection(...PAYMENTS);
    const plan = await explained(collection, { amount: 5 });
    expect(plan.stages).toContain('COLLSCAN');
    expect(plan).toMatchObject({ docs: 1000, returned: 1 });
  });

  it('for updates and deletes', async () => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ accountId: 1, status: 1 });
    const name = collection.collectionName;
    for (const command of [
      { update: name, updates: [{ q: { accountId: 'acc_1', status: 'paid' }, u: { $set: { x: 1 } } }] },
      { delete: name, deletes: [{ q: { accountId: 'acc_1', status: 'paid' }, limit: 0 }] },
      { count: name, query: { accountId: 'acc_1', status: 'paid' } },
    ]) {
      const { queryPlanner } = (await database.db.command({ explain: command, verbosity: 'queryPlanner' })) as {
        queryPlanner: { winningPlan: Plan };
      };
      expect(flat(queryPlanner.winningPlan).map(({ indexName }) => indexName)).toContain('accountId_1_status_1');
    }
    expect(await collection.countDocuments({ x: 1 })).toBe(0);
  });
});

describe('A partial index', () => {
  it.each<[string, Document, boolean]>([
    ['a comparison implies that the field exists', { dueAt: { $lte: new Date(Date.UTC(2026, 0, 5)) } }, true],
    ['equality implies that the field exists', { dueAt: new Date(Date.UTC(2026, 0, 1)) }, true],
    ['$exists: true is the same condition', { dueAt: { $exists: true } }, true],
    ['null also matches missing fields', { dueAt: null }, false],
    ['a condition on another field does not imply it', { amount: { $gt: 5 } }, false],
  ])('is used only if the query implies its filter: %s', async (_guarantee, filter, isUsed) => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } }, {});
    const plan = await explained(collection, filter);
    expect(plan.indexName === 'dueAt_1').toBe(isUsed);
    expect(plan.returned).toBe(await collection.countDocuments(filter, { hint: { $natural: 1 } }));
  });

  it.each([{ a: { $ne: 1 } }, { a: { $exists: false } }, { a: { $regex: '^x' } }, { $nor: [{ a: 1 }] }])(
    'refuses the filter %j',
    async (partialFilterExpression) => {
      const collection = await database.collection({ a: 1 });
      await expect(collection.createIndex({ a: 1 }, { partialFilterExpression }, {})).rejects.toMatchObject({
        code: 67,
      });
    },
  );

  it.each<[string, Document, boolean]>([
    ['the same $type is', { status: { $type: 'string' } }, true],
    ['equality with a value of that type is not', { status: 'pending' }, false],
    ['a comparison with a value of that type is not', { status: { $gte: 'a' } }, false],
    ['a regular expression is not', { status: { $regex: '^p' } }, false],
    ['a $type of fewer types is not', { status: { $type: ['string', 'date'] } }, false],
  ])('with a filter on the type of a field is used only for the same $type: %s', async (_guarantee, filter, isUsed) => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ status: 1 }, { partialFilterExpression: { status: { $type: 'string' } } }, {});
    expect((await explained(collection, filter)).indexName === 'status_1').toBe(isUsed);
  });

  it.each<[string, Document, boolean]>([
    ['equality with a string is', { status: 'pending' }, true],
    ['a prefix of a string is not', { status: { $regex: '^p' } }, false],
    ['equality with null is not', { status: null }, false],
  ])('with the filter { $gte: "" } is used for strings: %s', async (_guarantee, filter, isUsed) => {
    const collection = await database.collection(...PAYMENTS);
    await collection.createIndex({ status: 1 }, { partialFilterExpression: { status: { $gte: '' } } }, {});
    expect((await explained(collection, filter)).indexName === 'status_1').toBe(isUsed);
  });

  it('adds and removes a document when it starts and stops matching the filter', async () => {
    const collection = await database.collection({ _id: 1 });
    await collection.createIndex({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } }, {});
    const due = { dueAt: { $lte: new Date() } };
    await collection.updateOne({ _id: 1 }, { $set: { dueAt: new Date(0) } });
    expect(await idsOf(collection, due)).toEqual([1]);
    await collection.updateOne({ _id: 1 }, { $unset: { dueAt: '' } });
    expect(await idsOf(collection, due)).toEqual([]);
  });

  it('is unique only among its own documents', async () => {
    const collection = await database.collection({ _id: 1, a: 1, on: true });
    await collection.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { on: true } }, {});
    await collection.insertOne({ _id: 2, a: 1, on: false });
    await expect(collection.insertOne({ _id: 3, a: 1, on: true })).rejects.toMatchObject({ code: 11000 });
    await expect(collection.updateOne({ _id: 2 }, { $set: { on: true } })).rejects.toMatchObject({ code: 11000 });
  });
});

describe('A unique index', () => {
  it('treats a missing field as null', async () => {
    const collection = await database.collection({ _id: 1 });
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    await expect(collection.insertOne({ _id: 2, a: null })).rejects.toMatchObject({
      code: 11000,
      keyValue: { a: null },
    });
  });

  it('that is sparse accepts any number of documents without the field', async () => {
    const collection = await database.collection({ _id: 1 }, { _id: 2 });
    await collection.createIndex({ a: 1 }, { unique: true, sparse: true }, {});
    await collection.insertMany([{ _id: 3 }, { _id: 4, a: 1 }]);
    await expect(collection.insertOne({ _id: 5, a: 1 })).rejects.toMatchObject({ code: 11000 });
    expect(await idsOf(collection, { a: null })).toEqual([1, 2, 3]);
  });

  it('of several fields refuses documents only if all fields are equal', async () => {
    const collection = await database.collection({ _id: 1, a: 1, b: 1 });
    await collection.createIndex({ a: 1, b: -1 }, { unique: true }, {});
    await collection.insertOne({ _id: 2, a: 1, b: 2 });
    await expect(collection.insertOne({ _id: 3, a: 1, b: 1 })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { a: 1, b: -1 },
      keyValue: { a: 1, b: 1 },
    });
  });

  it('checks each element of an array, but accepts equal elements in one document', async () => {
    const collection = await database.collection({ _id: 1, a: [1, 2, 2] });
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    await expect(collection.insertOne({ _id: 2, a: [2, 3] })).rejects.toMatchObject({ code: 11000 });
    await collection.updateOne({ _id: 1 }, { $pull: { a: 2 } as never });
    await expect(collection.insertOne({ _id: 2, a: [2, 3] })).resolves.toMatchObject({ acknowledged: true });
  });

  it('is not created if the documents are not unique', async () => {
    const collection = await database.collection({ _id: 1, a: 1 }, { _id: 2, a: 1 });
    await expect(collection.createIndex({ a: 1 }, { unique: true }, {})).rejects.toMatchObject({ code: 11000 });
    expect(await collection.indexes()).toHaveLength(1);
  });

  it('accepts one of many concurrent inserts', async () => {
    const collection = await database.collection();
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_value, _id) => collection.insertOne({ _id, a: 1 })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('releases the value of a removed document', async () => {
    const collection = await database.collection({ _id: 1, a: 1 });
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    await collection.deleteOne({ _id: 1 });
    await expect(collection.insertOne({ _id: 2, a: 1 })).resolves.toMatchObject({ acknowledged: true });
  });
});

describe('A TTL index', () => {
  it('removes expired documents, and no others', async () => {
    const collection = await database.collection(
      { _id: 'expired', at: new Date(Date.now() - 10_000) },
      { _id: 'fresh', at: new Date(Date.now() + 3_600_000) },
      { _id: 'no date', at: 5 },
      { _id: 'none' },
    );
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 1 }, {});
    await eventually(async () => (await collection.countDocuments()) === 3, 90_000);
    expect(await idsOf(collection, {})).toEqual(['fresh', 'no date', 'none']);
  }, 100_000);
});

describe('Indexes', () => {
  it('are listed as they were created', async () => {
    const collection = await database.collection({ a: 1 });
    await collection.createIndexes([
      { key: { a: 1, b: -1 } },
      { key: { c: 1 }, name: 'mine', unique: true, sparse: true },
      { key: { d: 1 }, expireAfterSeconds: 60 },
    ]);
    expect(await collection.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1' },
      { v: 2, key: { c: 1 }, name: 'mine', unique: true, sparse: true },
      { v: 2, key: { d: 1 }, name: 'd_1', expireAfterSeconds: 60 },
    ]);
  });

  it('that exist already can be created again', async () => {
    const collection = await database.collection({ a: 1 });
    await collection.createIndex({ a: 1 });
    await expect(collection.createIndex({ a: 1 })).resolves.toBe('a_1');
    await expect(collection.createIndex({ _id: 1 })).resolves.toBe('_id_1');
  });

  it('with the same name and other options are refused', async () => {
    const collection = await database.collection({ a: 1 });
    await collection.createIndex({ a: 1 });
    await expect(collection.createIndex({ a: 1 }, { unique: true }, {})).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ b: 1 }, { name: 'a_1' }, {})).rejects.toMatchObject({ code: 86 });
    await expect(collection.createIndex({ a: 1 }, { name: 'other' }, {})).rejects.toMatchObject({ code: 85 });
    await expect(collection.createIndex({ a: 1 }, { expireAfterSeconds: 5 }, {})).rejects.toMatchObject({ code: 85 });
  });

  it('are dropped by name, or all at once except the index on _id', async () => {
    const collection = await database.collection({ a: 1 });
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.dropIndex('a_1');
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_', 'b_1']);
    await expect(collection.dropIndex('a_1')).rejects.toMatchObject({ code: 27 });
    await collection.dropIndexes();
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await expect(collection.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
  });

  it('refuse a document with arrays in two of their fields', async () => {
    const collection = await database.collection();
    await collection.createIndex({ a: 1, b: 1 });
    await expect(collection.insertOne({ a: [1], b: [1] })).rejects.toMatchObject({ code: 171 });
  });

  it('of a missing collection cannot be listed', async () => {
    await expect(database.db.command({ listIndexes: 'nowhere' })).rejects.toMatchObject({ code: 26 });
  });
});

describe('A collection', () => {
  it('is created with its first document, is listed, and disappears when it is dropped', async () => {
    const collection = await database.collection({ a: 1 });
    const names = async (): Promise<string[]> =>
      (await database.db.listCollections().toArray()).map(({ name }) => name);
    expect(await names()).toContain(collection.collectionName);
    await collection.drop();
    expect(await names()).not.toContain(collection.collectionName);
    expect(await collection.countDocuments()).toBe(0);
  });

  it('can be created again with the same options', async () => {
    await database.db.command({ create: 'made' });
    await expect(database.db.command({ create: 'made', capped: false })).resolves.toMatchObject({ ok: 1 });
    expect(await database.db.listCollections({ name: 'made' }).toArray()).toHaveLength(1);
  });
});
