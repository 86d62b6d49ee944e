import { describe, expect, it } from '@jest/globals';
import { Binary, Long, ObjectId, type Document } from 'mongodb';
import { databaseUnderTest, idsOf, type AnyDocument } from './database-under-test.js';

const database = databaseUnderTest();
const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));
const oid = (digit: string): ObjectId => new ObjectId(digit.repeat(24));

/** Documents, a filter, and the ids of the matching documents. */
type Case = [guarantee: string, documents: AnyDocument[], filter: Document, found: unknown[]];

const byValue = (...values: unknown[]): AnyDocument[] => values.map((a, i) => ({ _id: i, a }));

const CASES: Case[] = [
  ['equality finds numbers, whatever their type', byValue(5, 5.5, '5', [5]), { a: 5 }, [0, 3]],
  ['equality looks into arrays, but not into arrays of arrays', byValue([1, 2], [[1, 2]], 1, [3]), { a: 1 }, [0, 2]],
  [
    'equality with an array matches the whole array, also as an element',
    byValue([1, 2], [[1, 2]], [2, 1], [1, 2, 3]),
    { a: [1, 2] },
    [0, 1],
  ],
  [
    'equality with a subdocument requires the same fields in the same order',
    byValue({ x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1 }, [{ x: 1, y: 2 }]),
    { a: { x: 1, y: 2 } },
    [0, 3],
  ],
  [
    'equality with null matches null and missing fields',
    [...byValue(null, 0, [null], []), { _id: 4 }],
    { a: null },
    [0, 2, 4],
  ],
  [
    'a path into subdocuments of an array matches null if one of them lacks the field',
    byValue([{ b: 1 }, { c: 1 }], [{ b: 1 }], [], [1], { c: 1 }, 5),
    { 'a.b': null },
    [0, 4, 5],
  ],
  ['an empty filter finds everything', byValue(1, 2), {}, [0, 1]],
  ['$eq with an object is equality, not operators', byValue({ x: 1 }, 1), { a: { $eq: { x: 1 } } }, [0]],
  [
    '$ne excludes arrays that contain the value, and includes missing fields',
    [...byValue(1, [1, 2], 2), { _id: 3 }],
    { a: { $ne: 1 } },
    [2, 3],
  ],
  ['$gt stays within the type of its operand', byValue(1, 6, '9', null, true, day(1), [7]), { a: { $gt: 5 } }, [1, 6]],
  ['$lt on dates finds dates only', byValue(day(1), day(3), 5, '2026'), { a: { $lt: day(2) } }, [0]],
  [
    'different elements of an array may satisfy $gte and $lte',
    byValue([1, 9], [4], [10]),
    { a: { $gte: 3, $lte: 5 } },
    [0, 1],
  ],
  ['$lte null finds null and missing fields', [...byValue(null, 0), { _id: 2 }], { a: { $lte: null } }, [0, 2]],
  [
    '$gt on strings compares by bytes',
    byValue('a', 'B', 'b', 'é', '\u{1F600}', '\uFFFD'),
    { a: { $gt: 'b' } },
    [3, 4, 5],
  ],
  [
    '$gt between a surrogate pair and a later code unit compares code points',
    byValue('\u{1F600}', '\uFFFD'),
    { a: { $gt: '\uFFFD' } },
    [0],
  ],
  [
    '$in matches any of its values, and null matches missing fields',
    [...byValue(1, 2, 3, [3, 4]), { _id: 4 }],
    { a: { $in: [1, 4, null] } },
    [0, 3, 4],
  ],
  ['$in takes regular expressions', byValue('apple', 'pear', 'plum'), { a: { $in: [/^pl/, 'apple'] } }, [0, 2]],
  ['$in of nothing finds nothing', byValue(1), { a: { $in: [] } }, []],
  ['$nin excludes any of its values', [...byValue(1, 2, [1]), { _id: 3 }], { a: { $nin: [1, 9] } }, [1, 3]],
  [
    '$exists: true matches existing fields, including null',
    [...byValue(null, 1, []), { _id: 3 }],
    { a: { $exists: true } },
    [0, 1, 2],
  ],
  ['$exists: false finds missing fields only', [...byValue(null), { _id: 1 }], { a: { $exists: false } }, [1]],
  [
    '$exists works through subdocuments of arrays',
    byValue([{ b: 1 }], [{ c: 1 }], []),
    { 'a.b': { $exists: true } },
    [0],
  ],
  ['$type matches by name, also elements of arrays', byValue('x', 1, ['x'], null), { a: { $type: 'string' } }, [0, 2]],
  ['$type array finds the array itself', byValue([1], 1), { a: { $type: 'array' } }, [0]],
  [
    '$type distinguishes whole numbers from others, and number matches both',
    byValue(1, 1.5, '1'),
    { $or: [{ a: { $type: 'int' } }, { a: { $type: 'double' } }], a: { $type: 'number' } },
    [0, 1],
  ],
  [
    '$and requires all clauses, $or any, $nor none',
    byValue(1, 2, 3, 4),
    { $and: [{ a: { $gt: 1 } }, { $or: [{ a: 2 }, { a: 4 }] }, { $nor: [{ a: 4 }] }] },
    [1],
  ],
  ['$not inverts, and includes missing fields', [...byValue(1, 10), { _id: 2 }], { a: { $not: { $gt: 5 } } }, [0, 2]],
  ['$not takes a regular expression', byValue('abc', 'xyz', 5), { a: { $not: /^a/ } }, [1, 2]],
  [
    '$regex matches strings only, with its options',
    byValue('Hello', 'hello', 5, ['HELLO']),
    { a: { $regex: '^hello$', $options: 'i' } },
    [0, 1, 3],
  ],
  ['a regular expression with m lets ^ match at each line', byValue('a\nb', 'ab'), { a: /^b/m }, [0]],
  [
    'a regular expression with s lets the dot match a line break',
    byValue('a\nb', 'a-b'),
    { a: { $regex: 'a.b', $options: 's' } },
    [0, 1],
  ],
  [
    '$elemMatch requires one element that satisfies all conditions',
    byValue([{ x: 1, y: 2 }], [{ x: 1 }, { y: 2 }]),
    { a: { $elemMatch: { x: 1, y: 2 } } },
    [0],
  ],
  [
    '$elemMatch with operators requires one value that satisfies all conditions',
    byValue([1, 9], [4], 4),
    { a: { $elemMatch: { $gte: 3, $lte: 5 } } },
    [1],
  ],
  [
    'without $elemMatch, different elements may satisfy the conditions',
    byValue([{ x: 1 }, { y: 2 }], [{ x: 1 }]),
    { 'a.x': 1, 'a.y': 2 },
    [0],
  ],
  ['$size finds arrays of that length only', byValue([1, 2], [1], 'ab', []), { a: { $size: 2 } }, [0]],
  [
    '$all requires all of its values, and a scalar can match one',
    byValue([1, 2, 3], [1], 1, [2, 1]),
    { a: { $all: [1, 2] } },
    [0, 3],
  ],
  ['$all of a single value finds a scalar', byValue(1, [1, 2], 2), { a: { $all: [1] } }, [0, 1]],
  ['$all of nothing finds nothing', byValue([], 1), { a: { $all: [] } }, []],
  ['$mod finds by remainder', byValue(4, 5, 8, '4', -4), { a: { $mod: [4, 0] } }, [0, 2, 4]],
  [
    '$expr compares two fields of a document',
    [
      { _id: 1, a: 5, b: 3 },
      { _id: 2, a: 1, b: 3 },
    ],
    { $expr: { $gt: ['$a', '$b'] } },
    [1],
  ],
  [
    '$expr computes',
    [
      { _id: 1, a: 5, b: 3 },
      { _id: 2, a: 1, b: 3 },
    ],
    { $expr: { $eq: [{ $add: ['$a', '$b'] }, 4] } },
    [2],
  ],
  ['a path finds an element of an array by its position', byValue([5, 6], [6, 5], { 0: 5 }), { 'a.0': 5 }, [0, 2]],
  ['ObjectIds are found by value', byValue(oid('a'), oid('b')), { a: oid('b') }, [1]],
  ['ObjectIds are in order', byValue(oid('a'), oid('b'), 'c'), { a: { $gt: oid('a') } }, [1]],
  [
    'binaries match by value and subtype',
    byValue(new Binary(Buffer.from('x')), new Binary(Buffer.from('y')), new Binary(Buffer.from('x'), 4)),
    { a: new Binary(Buffer.from('x')) },
    [0],
  ],
  ['booleans are not numbers', byValue(true, 1, false, 0), { a: true }, [0]],
];

describe('A query', () => {
  it.each(CASES)('%s', async (_guarantee, documents, filter, found) => {
    expect(await idsOf(await database.collection(...documents), filter)).toEqual(found);
  });

  it.each(CASES)('%s, also with an index', async (_guarantee, documents, filter, found) => {
    const collection = await database.collection(...documents);
    await collection.createIndexes([{ key: { a: 1 } }, { key: { 'a.b': 1 } }]);
    expect(await idsOf(collection, filter)).toEqual(found);
  });

  it.each<[string, Document, number]>([
    ['an unknown operator', { a: { $foo: 1 } }, 2],
    ['an unknown top-level operator', { $foo: 1 }, 2],
    ['$in without an array', { a: { $in: 5 } }, 2],
    ['$or without clauses', { $or: [] }, 2],
    ['$and without an array', { $and: {} }, 2],
    ['$not with a value', { a: { $not: 5 } }, 2],
    ['$size with a string', { a: { $size: 'x' } }, 2],
    ['$mod with one number', { a: { $mod: [1] } }, 2],
    ['$elemMatch with a value', { a: { $elemMatch: 5 } }, 2],
    ['$type with an unknown name', { a: { $type: 'nonsense' } }, 2],
    ['an invalid regular expression', { a: { $regex: '(' } }, 51091],
    ['$options without $regex', { a: { $options: 'i' } }, 2],
  ])('refuses %s', async (_what, filter, code) => {
    const collection = await database.collection({ a: 1 });
    await expect(collection.find(filter).toArray()).rejects.toMatchObject({ code });
  });
});

describe('A sort', () => {
  it('follows the order of types: null, numbers, strings, objects, arrays by element, binaries, ObjectIds, booleans, dates', async () => {
    const ordered = [
      null,
      -1,
      5,
      5.5,
      'a',
      'b',
      {},
      { a: 1 },
      new Binary(Buffer.from('x')),
      oid('a'),
      false,
      true,
      day(1),
    ];
    const collection = await database.collection(...ordered.map((a, i) => ({ _id: i, a })).reverse());
    const sorted = await collection.find().sort({ a: 1 }).toArray();
    expect(sorted.map(({ _id }) => _id)).toEqual(ordered.map((_value, i) => i));
    const reversed = await collection.find().sort({ a: -1 }).toArray();
    expect(reversed.map(({ _id }) => _id)).toEqual(ordered.map((_value, i) => i).reverse());
  });

  it('orders an array by its least element ascending, by its greatest descending, and an empty array before null', async () => {
    const collection = await database.collection(
      { _id: 'wide', a: [1, 9] },
      { _id: 'five', a: 5 },
      { _id: 'empty', a: [] },
      { _id: 'null', a: null },
    );
    expect((await collection.find().sort({ a: 1 }).toArray()).map(({ _id }) => _id)).toEqual([
      'empty',
      'null',
      'wide',
      'five',
    ]);
    expect((await collection.find().sort({ a: -1 }).toArray()).map(({ _id }) => _id)).toEqual([
      'wide',
      'five',
      'null',
      'empty',
    ]);
  });

  it('sorts by several fields in turn', async () => {
    const collection = await database.collection(
      { _id: 1, a: 1, b: 1 },
      { _id: 2, a: 2, b: 1 },
      { _id: 3, a: 1, b: 2 },
    );
    expect((await collection.find().sort({ a: 1, b: -1 }).toArray()).map(({ _id }) => _id)).toEqual([3, 1, 2]);
  });

  it('works with skip and limit', async () => {
    const collection = await database.collection(...[5, 3, 1, 4, 2].map((_id) => ({ _id })));
    expect(await collection.find().sort({ _id: 1 }).skip(1).limit(2).toArray()).toEqual([{ _id: 2 }, { _id: 3 }]);
  });

  it('refuses an invalid direction', async () => {
    const collection = await database.collection({ a: 1 });
    await expect(database.db.command({ find: collection.collectionName, sort: { a: 2 } })).rejects.toMatchObject({
      code: 15975,
    });
  });
});

describe('A projection', () => {
  it.each<[string, AnyDocument, Document, AnyDocument]>([
    ['includes fields, and _id', { _id: 1, a: 1, b: 2, c: 3 }, { c: 1, a: 1 }, { _id: 1, a: 1, c: 3 }],
    ['excludes _id if asked to', { _id: 1, a: 1, b: 2 }, { a: 1, _id: 0 }, { a: 1 }],
    ['excludes fields', { _id: 1, a: 1, b: 2 }, { b: 0 }, { _id: 1, a: 1 }],
    ['excludes _id alone', { _id: 1, a: 1 }, { _id: 0 }, { a: 1 }],
    ['includes _id alone', { _id: 1, a: 1 }, { _id: 1 }, { _id: 1 }],
    ['includes a field of a subdocument', { _id: 1, a: { x: 1, y: 2 }, b: 1 }, { 'a.x': 1 }, { _id: 1, a: { x: 1 } }],
    [
      'includes a field of the subdocuments of an array',
      { _id: 1, a: [{ x: 1, y: 1 }, { y: 2 }, 5] },
      { 'a.x': 1 },
      { _id: 1, a: [{ x: 1 }, {}] },
    ],
    [
      'excludes a field of the subdocuments of an array',
      { _id: 1, a: [{ x: 1, y: 1 }, 5] },
      { 'a.x': 0 },
      { _id: 1, a: [{ y: 1 }, 5] },
    ],
    ['accepts the nested form', { _id: 1, a: { x: 1, y: 2 } }, { a: { x: 1 } }, { _id: 1, a: { x: 1 } }],
    ['omits a scalar if the path continues', { _id: 1, a: 5 }, { 'a.x': 1 }, { _id: 1 }],
    [
      'shortens an array with $slice and keeps the other fields',
      { _id: 1, a: [1, 2, 3], b: 1 },
      { a: { $slice: -2 } },
      { _id: 1, a: [2, 3], b: 1 },
    ],
    [
      'returns the first element that matches $elemMatch',
      { _id: 1, a: [{ x: 1 }, { x: 2 }], b: 1 },
      { a: { $elemMatch: { x: 2 } } },
      { _id: 1, a: [{ x: 2 }] },
    ],
    ['computes fields', { _id: 1, a: 2, b: 3 }, { sum: { $add: ['$a', '$b'] } }, { _id: 1, sum: 5 }],
  ])('%s', async (_guarantee, document, projection, expected) => {
    const collection = await database.collection(document);
    expect(await collection.findOne({}, { projection })).toEqual(expected);
    // In the order of the document, whatever the projection names first.
    const found = await collection.findOne({}, { projection });
    const stored = Object.keys(found ?? {}).filter((name) => name in document);
    expect(stored).toEqual(Object.keys(document).filter((name) => stored.includes(name)));
  });

  it('refuses inclusion together with exclusion', async () => {
    const collection = await database.collection({ a: 1, b: 1 });
    await expect(collection.findOne({}, { projection: { a: 1, b: 0 } })).rejects.toMatchObject({ code: 31254 });
  });

  it('refuses two paths if one contains the other', async () => {
    const collection = await database.collection({ a: 1 });
    await expect(collection.findOne({}, { projection: { a: 1, 'a.b': 1 } })).rejects.toMatchObject({ code: 31249 });
  });
});

describe('A cursor', () => {
  it('returns all documents in batches', async () => {
    const collection = await database.collection(...Array.from({ length: 250 }, (_value, i) => ({ _id: i })));
    const all = await collection.find().sort({ _id: 1 }).batchSize(20).toArray();
    expect(all.map(({ _id }) => _id)).toEqual(Array.from({ length: 250 }, (_value, i) => i));
  });

  it('can be closed before it is read', async () => {
    const collection = await database.collection(...Array.from({ length: 50 }, (_value, i) => ({ _id: i })));
    const cursor = collection.find().batchSize(5);
    await cursor.next();
    await expect(cursor.close()).resolves.toBeUndefined();
  });

  it('is unknown after it was read to the end', async () => {
    const collection = await database.collection(...Array.from({ length: 5 }, (_value, i) => ({ _id: i })));
    // MongoDB requires a Long as the id of a cursor, and the driver reads it as a number if it can.
    const { cursor } = (await database.db.command(
      { find: collection.collectionName, batchSize: 2 },
      { promoteLongs: false },
    )) as { cursor: { id: Long } };
    expect(cursor.id).toBeInstanceOf(Long);
    await database.db.command({ getMore: cursor.id, collection: collection.collectionName });
    await expect(
      database.db.command({ getMore: cursor.id, collection: collection.collectionName }),
    ).rejects.toMatchObject({ code: 43 });
  });

  it('splits a result that is larger than a message', async () => {
    const collection = await database.collection();
    for (let i = 0; i < 5; i++) await collection.insertOne({ _id: i, text: 'x'.repeat(8_000_000) });
    expect((await collection.find().toArray()).length).toBe(5);
  });
});

describe('Counting', () => {
  it('counts the documents that match a filter', async () => {
    const collection = await database.collection(...byValue(1, 2, 2, 3));
    expect(await collection.countDocuments({ a: 2 })).toBe(2);
    expect(await collection.countDocuments({ a: 9 })).toBe(0);
    expect(await collection.estimatedDocumentCount()).toBe(4);
    expect(await collection.countDocuments({}, { skip: 1, limit: 2 })).toBe(2);
  });

  it('returns the distinct values, including the elements of arrays', async () => {
    const collection = await database.collection(...byValue(1, [1, 2], 'x', null), { _id: 9 });
    expect(new Set(await collection.distinct('a'))).toEqual(new Set([1, 2, 'x', null]));
    expect(await collection.distinct('a', { a: 'x' })).toEqual(['x']);
  });
});
