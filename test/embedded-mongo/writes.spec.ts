import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Long, ObjectId, type Document, type MongoBulkWriteError } from 'mongodb';
import { databaseUnderTest, embeddedDatabase, type AnyDocument } from './database-under-test.js';

const database = databaseUnderTest();
const MOMENT = new Date('2026-01-02T03:04:05.678Z');

describe('An insert', () => {
  it('stores the document unchanged, with its fields in their order', async () => {
    const document = {
      _id: 'x',
      z: 1,
      a: { c: [1, 'two', null, { d: true }], b: MOMENT },
      n: -0.5,
      big: 2 ** 40,
      id: new ObjectId(),
    };
    const collection = await database.collection(document);
    const found = await collection.findOne();
    expect(found).toEqual(document);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
  });

  it('adds an _id to a document without one, as its first field', async () => {
    const collection = await database.collection();
    await database.db.command({ insert: collection.collectionName, documents: [{ a: 1 }] });
    const found = await collection.findOne();
    expect(found?._id).toBeInstanceOf(ObjectId);
    expect(Object.keys(found ?? {})).toEqual(['_id', 'a']);
  });

  it('refuses an _id that exists already, and names the index and the value', async () => {
    const collection = await database.collection({ _id: 'x' });
    const message = new RegExp(
      `^E11000 duplicate key error collection: ${collection.namespace.replaceAll('.', '\\.')} index: _id_ dup key: { _id: "x" }$`,
    );
    await expect(collection.insertOne({ _id: 'x' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 'x' },
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('stops an ordered bulk at the first error, and reports its position', async () => {
    const collection = await database.collection({ _id: 2 });
    const error = await collection
      .insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
      .catch((caught: unknown) => caught as MongoBulkWriteError);
    expect(error).toMatchObject({ code: 11000, writeErrors: [{ index: 1, code: 11000 }] });
    expect(await collection.countDocuments()).toBe(2);
  });

  it('continues an unordered bulk after an error, and reports each error', async () => {
    const collection = await database.collection({ _id: 2 });
    const error = await collection
      .insertMany([{ _id: 2 }, { _id: 1 }, { _id: 2 }, { _id: 3 }], { ordered: false })
      .catch((caught: unknown) => caught as MongoBulkWriteError);
    expect(error).toMatchObject({ writeErrors: [{ index: 0 }, { index: 2 }] });
    expect(await collection.countDocuments()).toBe(3);
  });

  it('refuses an array as _id', async () => {
    const collection = await database.collection();
    await expect(collection.insertOne({ _id: [1] as never })).rejects.toMatchObject({ code: 53 });
  });

  it('reads a 64-bit integer that a number can hold as that number', async () => {
    const collection = await database.collection({ _id: 1, a: Long.fromNumber(2 ** 45) });
    expect(await collection.findOne({ a: 2 ** 45 })).toEqual({ _id: 1, a: 2 ** 45 });
  });
});

/** A document, an update, and the updated document. */
type Case = [guarantee: string, before: AnyDocument, update: Document, after: AnyDocument];

const CASES: Case[] = [
  ['$set changes and adds fields', { _id: 1, a: 1 }, { $set: { a: 2, b: 3 } }, { _id: 1, a: 2, b: 3 }],
  ['$set makes the subdocuments on its way', { _id: 1 }, { $set: { 'a.b.c': 1 } }, { _id: 1, a: { b: { c: 1 } } }],
  [
    '$set sets an element of an array, and pads the array with null',
    { _id: 1, a: [1] },
    { $set: { 'a.3': 4 } },
    { _id: 1, a: [1, null, null, 4] },
  ],
  [
    '$unset removes a field, and sets an element of an array to null',
    { _id: 1, a: 1, b: [1, 2] },
    { $unset: { a: '', 'b.0': '', c: '' } },
    { _id: 1, b: [null, 2] },
  ],
  ['$inc adds, and starts from nothing', { _id: 1, a: 1 }, { $inc: { a: 2, b: -1.5 } }, { _id: 1, a: 3, b: -1.5 }],
  ['$mul multiplies, and makes 0 of nothing', { _id: 1, a: 3 }, { $mul: { a: 2, b: 5 } }, { _id: 1, a: 6, b: 0 }],
  [
    '$min and $max keep the lesser and the greater value, across types',
    { _id: 1, a: 5, b: 5, c: 5 },
    { $min: { a: 3, c: 'x' }, $max: { b: 3, d: 1 } },
    { _id: 1, a: 3, b: 5, c: 5, d: 1 },
  ],
  [
    '$push appends, also an array as one element',
    { _id: 1, a: [1] },
    { $push: { a: [2], b: 1 } },
    { _id: 1, a: [1, [2]], b: [1] },
  ],
  ['$push with $each appends all', { _id: 1, a: [1] }, { $push: { a: { $each: [2, 3] } } }, { _id: 1, a: [1, 2, 3] }],
  [
    '$push with a negative $slice keeps the last elements',
    { _id: 1, a: [1, 2] },
    { $push: { a: { $each: [3, 4], $slice: -3 } } },
    { _id: 1, a: [2, 3, 4] },
  ],
  [
    '$push with $position inserts',
    { _id: 1, a: [1, 4] },
    { $push: { a: { $each: [2, 3], $position: 1 } } },
    { _id: 1, a: [1, 2, 3, 4] },
  ],
  [
    '$push with $sort sorts before $slice',
    { _id: 1, a: [{ n: 3 }] },
    { $push: { a: { $each: [{ n: 1 }, { n: 2 }], $sort: { n: 1 }, $slice: 2 } } },
    { _id: 1, a: [{ n: 1 }, { n: 2 }] },
  ],
  [
    '$addToSet adds only missing values',
    { _id: 1, a: [1, { x: 1 }] },
    { $addToSet: { a: { $each: [1, { x: 1 }, 2, 2] } } },
    { _id: 1, a: [1, { x: 1 }, 2] },
  ],
  [
    '$addToSet distinguishes documents by the order of their fields',
    { _id: 1, a: [{ x: 1, y: 1 }] },
    { $addToSet: { a: { y: 1, x: 1 } } },
    {
      _id: 1,
      a: [
        { x: 1, y: 1 },
        { y: 1, x: 1 },
      ],
    },
  ],
  ['$pull removes equal elements', { _id: 1, a: [1, 2, 1] }, { $pull: { a: 1 } }, { _id: 1, a: [2] }],
  ['$pull removes by a condition', { _id: 1, a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { _id: 1, a: [1] }],
  [
    '$pull removes subdocuments by their fields',
    { _id: 1, a: [{ x: 1, y: 1 }, { x: 2 }] },
    { $pull: { a: { x: 1 } } },
    { _id: 1, a: [{ x: 2 }] },
  ],
  ['$pullAll removes each of its values', { _id: 1, a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } }, { _id: 1, a: [2] }],
  [
    '$pop removes at either end',
    { _id: 1, a: [1, 2, 3], b: [1, 2] },
    { $pop: { a: -1, b: 1 } },
    { _id: 1, a: [2, 3], b: [1] },
  ],
  ['$rename moves a field', { _id: 1, a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { _id: 1, b: 2, c: { d: 1 } }],
  [
    '$setOnInsert does not change an existing document',
    { _id: 1 },
    { $setOnInsert: { a: 1 }, $set: { b: 1 } },
    { _id: 1, b: 1 },
  ],
  ['new fields come in the order of their names', { _id: 1 }, { $set: { b: 1, a: 1 } }, { _id: 1, a: 1, b: 1 }],
  [
    '$[] updates every element',
    { _id: 1, a: [{ n: 1 }, { n: 2 }] },
    { $inc: { 'a.$[].n': 1 } },
    { _id: 1, a: [{ n: 2 }, { n: 3 }] },
  ],
];

describe('An update', () => {
  it.each(CASES)('%s', async (_guarantee, before, update, after) => {
    const collection = await database.collection(before);
    await collection.updateOne({ _id: 1 }, update);
    const found = await collection.findOne();
    expect(found).toEqual(after);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(after));
  });

  it('sets the time with $currentDate', async () => {
    const collection = await database.collection({ _id: 1 });
    await collection.updateOne({}, { $currentDate: { a: true } });
    expect((await collection.findOne())?.a).toBeInstanceOf(Date);
  });

  it('$ updates the element that the query matched', async () => {
    const collection = await database.collection({
      _id: 1,
      a: [
        { k: 'x', n: 1 },
        { k: 'y', n: 1 },
      ],
      b: [5, 7],
    });
    await collection.updateOne({ 'a.k': 'y' }, { $set: { 'a.$.n': 9 } });
    await collection.updateOne({ b: { $gt: 6 } }, { $set: { 'b.$': 0 } });
    await collection.updateOne({ a: { $elemMatch: { k: 'x', n: 1 } } }, { $inc: { 'a.$.n': 1 } });
    expect(await collection.findOne()).toEqual({
      _id: 1,
      a: [
        { k: 'x', n: 2 },
        { k: 'y', n: 9 },
      ],
      b: [5, 0],
    });
  });

  it('$[name] updates each element that its array filter matches', async () => {
    const collection = await database.collection({ _id: 1, a: [{ k: 'x' }, { k: 'y' }, { k: 'x' }] });
    await collection.updateOne({}, { $set: { 'a.$[e].n': 1 } }, { arrayFilters: [{ 'e.k': 'x' }] });
    expect(await collection.findOne()).toEqual({ _id: 1, a: [{ k: 'x', n: 1 }, { k: 'y' }, { k: 'x', n: 1 }] });
  });

  it('that changes nothing reports it', async () => {
    const collection = await database.collection({ _id: 1, a: 1, b: [1] });
    expect(await collection.updateOne({}, { $set: { a: 1 }, $addToSet: { b: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  it('changes one document, or all that match', async () => {
    const collection = await database.collection({ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3, a: 2 });
    expect(await collection.updateOne({ a: 1 }, { $set: { b: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 1,
    });
    expect(await collection.updateMany({ a: 1 }, { $set: { b: 1 } })).toMatchObject({
      matchedCount: 2,
      modifiedCount: 1,
    });
  });

  it('that moves documents within the index that it reads updates each once', async () => {
    const collection = await database.collection(...Array.from({ length: 50 }, (_value, i) => ({ _id: i, a: i })));
    await collection.createIndex({ a: 1 });
    await collection.updateMany({ a: { $gte: 0 } }, { $inc: { a: 10 } });
    expect((await collection.find().sort({ _id: 1 }).toArray()).map(({ a }) => a as number)).toEqual(
      Array.from({ length: 50 }, (_value, i) => i + 10),
    );
  });

  it('replaces a document, and keeps its _id', async () => {
    const collection = await database.collection({ _id: 1, a: 1, b: 1 });
    await collection.replaceOne({ _id: 1 }, { c: 1 });
    expect(await collection.findOne()).toEqual({ _id: 1, c: 1 });
  });

  it.each<[string, AnyDocument, Document, number]>([
    ['$inc with a string', { a: 1 }, { $inc: { a: 'x' } }, 14],
    ['$inc of a string', { a: 'x' }, { $inc: { a: 1 } }, 14],
    ['$inc of null', { a: null }, { $inc: { a: 1 } }, 14],
    ['$mul of a string', { a: 'x' }, { $mul: { a: 1 } }, 14],
    ['$push onto a scalar', { a: 5 }, { $push: { a: 1 } }, 2],
    ['$addToSet onto a scalar', { a: 5 }, { $addToSet: { a: 1 } }, 2],
    ['$pull from a scalar', { a: 5 }, { $pull: { a: 1 } }, 2],
    ['$pop from a scalar', { a: 5 }, { $pop: { a: 1 } }, 14],
    ['$pop by a number other than 1 and -1', { a: [1] }, { $pop: { a: 2 } }, 9],
    ['$set through a scalar', { a: 5 }, { $set: { 'a.b': 1 } }, 28],
    ['$set through null', { a: null }, { $set: { 'a.b': 1 } }, 28],
    ['$set of a named field of an array', { a: [1] }, { $set: { 'a.b': 1 } }, 28],
    ['two operators on one field', { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['two paths if one contains the other', { a: {} }, { $set: { a: {}, 'a.b': 1 } }, 40],
    ['another _id', { _id: 1 }, { $set: { _id: 2 } }, 66],
    ['an unknown operator', { a: 1 }, { $foo: { a: 1 } }, 9],
    ['an operator without a document', { a: 1 }, { $set: 5 }, 9],
    ['an empty field name', { a: 1 }, { $set: { 'a..b': 1 } }, 56],
    ['$push with an unknown modifier', { a: [] }, { $push: { a: { $each: [], $foo: 1 } } }, 2],
    ['$push with an $each that is not an array', { a: [] }, { $push: { a: { $each: 1 } } }, 2],
    ['$ without an array in the query', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
    ['$rename to the same name', { a: 1 }, { $rename: { a: 'a' } }, 2],
    ['an array filter that is missing', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
  ])('refuses %s, and does not change the document', async (_what, document, update, code) => {
    const collection = await database.collection({ _id: 1, ...document });
    const before = await collection.findOne();
    const command = { update: collection.collectionName, updates: [{ q: {}, u: update }] };
    await expect(
      database.db.command(command).then((reply) => (reply as { writeErrors?: [unknown] }).writeErrors?.[0]),
    ).resolves.toMatchObject({ code });
    expect(await collection.findOne()).toEqual(before);
  });

  it('refuses another _id in a replacement', async () => {
    const collection = await database.collection({ _id: 1 });
    await expect(collection.replaceOne({ _id: 1 }, { _id: 2 })).rejects.toMatchObject({ code: 66 });
  });

  it('refuses to violate a unique index, and does not change the document', async () => {
    const collection = await database.collection({ _id: 1, a: 1 }, { _id: 2, a: 2 });
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    await expect(collection.updateOne({ _id: 1 }, { $set: { a: 2, b: 1 } })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { a: 1 },
      keyValue: { a: 2 },
    });
    expect(await collection.findOne({ a: 1 })).toEqual({ _id: 1, a: 1 });
  });
});

describe('An upsert', () => {
  it('inserts the fields of the filter and the update', async () => {
    const collection = await database.collection();
    const result = await collection.updateOne(
      { _id: 'x', a: 1, 'b.c': 2, d: { $gt: 5 }, $and: [{ e: { $eq: 3 } }] },
      { $set: { f: 4 }, $setOnInsert: { g: 5 }, $inc: { h: 1 } },
      { upsert: true },
    );
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 'x' });
    expect(await collection.findOne()).toEqual({ _id: 'x', a: 1, b: { c: 2 }, e: 3, f: 4, g: 5, h: 1 });
  });

  it('generates an _id', async () => {
    const collection = await database.collection();
    const { upsertedId } = await collection.updateOne({ a: 1 }, { $set: { b: 1 } }, { upsert: true });
    expect(upsertedId).toBeInstanceOf(ObjectId);
  });

  it('with a replacement takes only the _id from the filter', async () => {
    const collection = await database.collection();
    await collection.replaceOne({ _id: 'x', a: 1 }, { b: 1 }, { upsert: true });
    expect(await collection.findOne()).toEqual({ _id: 'x', b: 1 });
  });

  it('updates when something matches', async () => {
    const collection = await database.collection({ _id: 'x', n: 1 });
    expect(
      await collection.updateOne({ _id: 'x' }, { $inc: { n: 1 }, $setOnInsert: { m: 1 } }, { upsert: true }),
    ).toMatchObject({ matchedCount: 1, upsertedCount: 0 });
    expect(await collection.findOne()).toEqual({ _id: 'x', n: 2 });
  });

  it('by many concurrent callers inserts once', async () => {
    const collection = await database.collection();
    await Promise.all(
      Array.from({ length: 20 }, () => collection.updateOne({ _id: 'x' }, { $inc: { n: 1 } }, { upsert: true })),
    );
    expect(await collection.findOne()).toEqual({ _id: 'x', n: 20 });
  });
});

describe('findOneAndUpdate', () => {
  it('returns the document before or after the update', async () => {
    const collection = await database.collection({ _id: 1, a: 1 });
    expect(await collection.findOneAndUpdate({ a: 1 }, { $inc: { a: 1 } })).toEqual({ _id: 1, a: 1 });
    expect(await collection.findOneAndUpdate({ a: 2 }, { $inc: { a: 1 } }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      a: 3,
    });
  });

  it('returns null if nothing matches', async () => {
    const collection = await database.collection({ _id: 1 });
    expect(await collection.findOneAndUpdate({ _id: 2 }, { $set: { a: 1 } })).toBeNull();
  });

  it('updates the first document in the order of its sort, and applies its projection', async () => {
    const collection = await database.collection({ _id: 1, a: 2, b: 1 }, { _id: 2, a: 1, b: 2 });
    expect(
      await collection.findOneAndUpdate(
        {},
        { $set: { c: 1 } },
        { sort: { a: 1 }, projection: { b: 1, _id: 0 }, returnDocument: 'after' },
      ),
    ).toEqual({ b: 2 });
  });

  it('has one winner among many concurrent compare-and-sets', async () => {
    const collection = await database.collection({ _id: 1, status: 'open' });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_value, by) =>
        collection.findOneAndUpdate({ _id: 1, status: 'open' }, { $set: { status: 'closed', by } }),
      ),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(1);
  });

  it('upserts, and reports it', async () => {
    const collection = await database.collection();
    const result = await collection.findOneAndUpdate(
      { _id: 'x' },
      { $set: { a: 1 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true },
    );
    expect(result).toMatchObject({
      value: { _id: 'x', a: 1 },
      lastErrorObject: { updatedExisting: false, upserted: 'x', n: 1 },
    });
  });

  it('fails as a command on a duplicate key', async () => {
    const collection = await database.collection({ _id: 1, a: 1 }, { _id: 2, a: 2 });
    await collection.createIndex({ a: 1 }, { unique: true }, {});
    await expect(collection.findOneAndUpdate({ _id: 1 }, { $set: { a: 2 } })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { a: 1 },
      keyValue: { a: 2 },
    });
  });

  it('refuses an invalid update', async () => {
    const collection = await database.collection({ _id: 1 });
    await expect(
      database.db.command({ findAndModify: collection.collectionName, query: {}, update: 7 }),
    ).rejects.toMatchObject({ code: 9 });
    await expect(database.db.command({ findAndModify: collection.collectionName, query: {} })).rejects.toMatchObject({
      code: 9,
    });
  });

  it('also replaces and deletes', async () => {
    const collection = await database.collection({ _id: 1, a: 1 });
    expect(await collection.findOneAndReplace({ _id: 1 }, { b: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      b: 1,
    });
    expect(await collection.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, b: 1 });
    expect(await collection.countDocuments()).toBe(0);
  });
});

describe('A delete', () => {
  it('removes one document, or all that match', async () => {
    const collection = await database.collection({ _id: 1, a: 1 }, { _id: 2, a: 1 }, { _id: 3, a: 1 });
    expect(await collection.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await collection.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 2 });
    expect(await collection.deleteMany({ a: 1 })).toMatchObject({ deletedCount: 0 });
  });
});

describe('A bulk write', () => {
  it('runs its writes in order, and returns the totals', async () => {
    const collection = await database.collection({ _id: 1, a: 1 });
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 2, a: 1 } } },
      { updateMany: { filter: { a: 1 }, update: { $set: { b: 1 } } } },
      { updateOne: { filter: { _id: 9 }, update: { $set: { b: 1 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    expect(result).toMatchObject({
      insertedCount: 1,
      modifiedCount: 2,
      upsertedCount: 1,
      upsertedIds: { 2: 9 },
      deletedCount: 1,
    });
  });
});

describe('The embedded server', () => {
  const embedded = embeddedDatabase();

  it.each<[string, unknown]>([
    ['a Decimal128', Decimal128.fromString('1')],
    ['a 64-bit integer beyond the safe range', Long.MAX_VALUE],
    ['NaN', NaN],
    ['Infinity', new Double(Infinity)],
    ['a regular expression', /x/],
  ])('does not store %s', async (_what, value) => {
    const collection = await embedded.collection({ _id: 1, n: 1 });
    await expect(collection.insertOne({ a: { b: [value] } })).rejects.toMatchObject({ code: 2 });
    await expect(collection.updateOne({ _id: 1 }, { $set: { a: value } })).rejects.toMatchObject({ code: 2 });
    expect(await collection.find().toArray()).toEqual([{ _id: 1, n: 1 }]);
  });

  it('does not store a document of more than 16 MB', async () => {
    const collection = await embedded.collection({ _id: 1, a: 'x'.repeat(9_000_000) });
    await expect(collection.updateOne({}, { $set: { b: 'x'.repeat(9_000_000) } })).rejects.toMatchObject({
      code: 10334,
    });
    expect(await collection.countDocuments({ b: { $exists: true } })).toBe(0);
  });

  it('does not store a document that is nested deeper than 100 levels', async () => {
    const collection = await embedded.collection();
    let nested: Document = {};
    for (let i = 0; i < 120; i++) nested = { nested };
    await expect(collection.insertOne(nested)).rejects.toMatchObject({ code: expect.any(Number) as unknown });
  });

  it('refuses a sum that it cannot store exactly', async () => {
    const collection = await embedded.collection({ _id: 1, a: Number.MAX_SAFE_INTEGER });
    await expect(collection.updateOne({}, { $inc: { a: 1 } })).rejects.toMatchObject({ code: 2 });
    expect(await collection.findOne()).toEqual({ _id: 1, a: Number.MAX_SAFE_INTEGER });
  });

  it.each<[string, Document, number]>([
    ['an update by a pipeline', { update: 'c', updates: [{ q: {}, u: [{ $set: { a: 1 } }] }] }, 238],
  ])('does not support %s', async (_what, command, code) => {
    const reply = (await embedded.db.command(command)) as { writeErrors: [{ code: number }] };
    expect(reply.writeErrors[0].code).toBe(code);
  });

  it('refuses comparisons with Decimal128', async () => {
    const collection = await embedded.collection({ a: 1 });
    await expect(collection.findOne({ a: Decimal128.fromString('1') })).rejects.toMatchObject({ code: 2 });
  });
});
