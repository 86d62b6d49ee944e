import { describe, expect, it } from '@jest/globals';
import type { Document } from 'mongodb';
import { databaseUnderTest, embeddedDatabase, type AnyDocument } from './database-under-test.js';

const database = databaseUnderTest();

const SALES: AnyDocument[] = [
  { _id: 1, item: 'a', amount: 10, tags: ['x', 'y'], at: new Date('2026-01-01T00:00:00Z') },
  { _id: 2, item: 'b', amount: 20, tags: ['x'], at: new Date('2026-01-02T00:00:00Z') },
  { _id: 3, item: 'a', amount: 30, tags: [], at: new Date('2026-01-03T00:00:00Z') },
  { _id: 4, item: 'a', amount: 'n/a', at: new Date('2026-01-04T00:00:00Z') },
];

describe('A pipeline', () => {
  it.each<[string, AnyDocument[], Document[], Document[]]>([
    [
      '$match finds as a query does',
      SALES,
      [{ $match: { amount: { $gte: 20 } } }, { $project: { amount: 1 } }],
      [
        { _id: 2, amount: 20 },
        { _id: 3, amount: 30 },
      ],
    ],
    [
      '$sort, $skip and $limit take a part',
      SALES,
      [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { item: 1 } }],
      [
        { _id: 3, item: 'a' },
        { _id: 2, item: 'b' },
      ],
    ],
    [
      '$group adds up, counts, and takes extremes',
      SALES,
      [
        {
          $group: {
            _id: '$item',
            sum: { $sum: '$amount' },
            n: { $sum: 1 },
            count: { $count: {} },
            avg: { $avg: '$amount' },
            min: { $min: '$_id' },
            max: { $max: '$_id' },
          },
        },
        { $sort: { _id: 1 } },
      ],
      [
        { _id: 'a', sum: 40, n: 3, count: 3, avg: 20, min: 1, max: 4 },
        { _id: 'b', sum: 20, n: 1, count: 1, avg: 20, min: 2, max: 2 },
      ],
    ],
    [
      '$group takes the first and the last in order, and gathers',
      SALES,
      [
        { $sort: { _id: 1 } },
        { $group: { _id: null, first: { $first: '$item' }, last: { $last: '$_id' }, all: { $push: '$_id' } } },
      ],
      [{ _id: null, first: 'a', last: 4, all: [1, 2, 3, 4] }],
    ],
    [
      '$group by several fields',
      SALES,
      [{ $match: { _id: { $lte: 2 } } }, { $group: { _id: { i: '$item', missing: '$nope' } } }, { $sort: { _id: 1 } }],
      [{ _id: { i: 'a' } }, { _id: { i: 'b' } }],
    ],
    [
      '$sum is exact on large whole numbers',
      [
        { _id: 1, n: 2 ** 52 },
        { _id: 2, n: 1 },
        { _id: 3, n: 2 ** 51 },
      ],
      [{ $group: { _id: null, n: { $sum: '$n' } } }],
      [{ _id: null, n: 2 ** 52 + 2 ** 51 + 1 }],
    ],
    [
      '$sum of large whole numbers beyond the safe range is the nearest double',
      [
        { _id: 1, n: 2 ** 53 },
        { _id: 2, n: 1 },
        { _id: 3, n: 1 },
        { _id: 4, n: 2 ** 60 },
      ],
      [{ $group: { _id: null, n: { $sum: '$n' } } }],
      [{ _id: null, n: 2 ** 60 + 2 ** 53 }],
    ],
    [
      '$sum rounds once, not at every step',
      [
        { _id: 1, n: 2 ** 53 },
        { _id: 2, n: 1 },
        { _id: 3, n: 1 },
      ],
      [{ $group: { _id: null, n: { $sum: '$n' } } }],
      [{ _id: null, n: 2 ** 53 + 2 }],
    ],
    [
      '$sum of nothing is 0, $avg of nothing is null',
      [{ _id: 1 }],
      [{ $group: { _id: 1, sum: { $sum: '$x' }, avg: { $avg: '$x' }, max: { $max: '$x' } } }],
      [{ _id: 1, sum: 0, avg: null, max: null }],
    ],
    ['$count counts', SALES, [{ $match: { item: 'a' } }, { $count: 'n' }], [{ n: 3 }]],
    ['$count of nothing is no document', SALES, [{ $match: { item: 'z' } }, { $count: 'n' }], []],
    [
      '$sortByCount counts by value, the most frequent first',
      SALES,
      [{ $sortByCount: '$item' }],
      [
        { _id: 'a', count: 3 },
        { _id: 'b', count: 1 },
      ],
    ],
    [
      '$unwind makes a document of each element',
      SALES,
      [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
      [
        { _id: 1, tags: 'x' },
        { _id: 1, tags: 'y' },
        { _id: 2, tags: 'x' },
      ],
    ],
    [
      '$unwind keeps empty ones on demand, and numbers the elements',
      SALES.slice(1, 4),
      [
        { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
        { $project: { tags: 1, i: 1 } },
      ],
      [
        { _id: 2, tags: 'x', i: 0 },
        { _id: 3, i: null },
        { _id: 4, i: null },
      ],
    ],
    [
      '$addFields computes and keeps the rest',
      [{ _id: 1, a: 2, b: { c: 1 } }],
      [{ $addFields: { d: { $multiply: ['$a', 3] }, 'b.e': '$a' } }],
      [{ _id: 1, a: 2, b: { c: 1, e: 2 }, d: 6 }],
    ],
    [
      '$set is $addFields',
      [{ _id: 1, a: 2 }],
      [{ $set: { a: 'x', b: { $literal: '$a' } } }],
      [{ _id: 1, a: 'x', b: '$a' }],
    ],
    ['$unset removes', [{ _id: 1, a: 1, b: { c: 1, d: 1 } }], [{ $unset: ['a', 'b.c'] }], [{ _id: 1, b: { d: 1 } }]],
    [
      '$project computes, and leaves missing values out',
      [{ _id: 1, a: 5 }],
      [{ $project: { _id: 0, a: 1, twice: { $add: ['$a', '$a'] }, no: '$missing' } }],
      [{ a: 5, twice: 10 }],
    ],
    ['$replaceRoot takes a subdocument', [{ _id: 1, a: { b: 1 } }], [{ $replaceRoot: { newRoot: '$a' } }], [{ b: 1 }]],
    [
      '$facet runs several pipelines on the same documents',
      SALES,
      [{ $facet: { n: [{ $count: 'n' }], first: [{ $sort: { _id: 1 } }, { $limit: 1 }, { $project: { item: 1 } }] } }],
      [{ n: [{ n: 4 }], first: [{ _id: 1, item: 'a' }] }],
    ],
    [
      '$match after $group works on the groups',
      SALES,
      [{ $group: { _id: '$item', n: { $sum: 1 } } }, { $match: { n: { $gt: 1 } } }],
      [{ _id: 'a', n: 3 }],
    ],
    ['$limit before $match limits first', SALES, [{ $sort: { _id: 1 } }, { $limit: 1 }, { $match: { item: 'b' } }], []],
    [
      '$cond and comparisons decide',
      [{ _id: 1, a: 5 }],
      [
        {
          $project: { big: { $cond: [{ $gte: ['$a', 3] }, 'yes', 'no'] }, both: { $and: [true, { $lt: ['$a', 3] }] } },
        },
      ],
      [{ _id: 1, big: 'yes', both: false }],
    ],
    [
      'comparisons of expressions go across types',
      [{ _id: 1, a: 'x' }],
      [{ $project: { gt: { $gt: ['$a', 5] }, missing: { $lt: ['$nope', null] } } }],
      [{ _id: 1, gt: true, missing: true }],
    ],
    [
      '$dateToString writes a date',
      SALES.slice(0, 1),
      [{ $project: { day: { $dateToString: { format: '%Y-%m-%d', date: '$at' } } } }],
      [{ _id: 1, day: '2026-01-01' }],
    ],
    [
      'a path through an array gives the values of its elements',
      [{ _id: 1, a: [{ b: 1 }, { b: 2 }, {}] }],
      [{ $project: { b: '$a.b' } }],
      [{ _id: 1, b: [1, 2] }],
    ],
    [
      '$map, $filter and $reduce work on arrays',
      [{ _id: 1, a: [1, 2, 3] }],
      [
        {
          $project: {
            m: { $map: { input: '$a', as: 'x', in: { $multiply: ['$$x', 2] } } },
            f: { $filter: { input: '$a', as: 'x', cond: { $gt: ['$$x', 1] } } },
            r: { $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
          },
        },
      ],
      [{ _id: 1, m: [2, 4, 6], f: [2, 3], r: 6 }],
    ],
  ])('%s', async (_guarantee, documents, pipeline, expected) => {
    const collection = await database.collection(...documents);
    expect(await collection.aggregate(pipeline).toArray()).toEqual(expected);
  });

  it('$addToSet gathers each value once', async () => {
    const collection = await database.collection(...SALES);
    const [group] = await collection
      .aggregate<{ items: string[] }>([{ $group: { _id: null, items: { $addToSet: '$item' } } }])
      .toArray();
    expect(new Set(group?.items)).toEqual(new Set(['a', 'b']));
  });

  it('of a collection that is not there gives nothing', async () => {
    expect(
      await database.db
        .collection('nowhere')
        .aggregate([{ $match: {} }])
        .toArray(),
    ).toEqual([]);
  });

  it.each<[string, Document[], number]>([
    ['an unknown stage', [{ $nonsense: {} }], 40324],
    ['a stage with two names', [{ $match: {}, $limit: 1 }], 40323],
    ['an unknown accumulator', [{ $group: { _id: 1, a: { $nonsense: 1 } } }], 15952],
    ['an unknown expression', [{ $project: { a: { $nonsense: 1 } } }], 31325],
    ['$group without _id', [{ $group: { a: { $sum: 1 } } }], 15955],
    ['$limit 0', [{ $limit: 0 }], 15958],
  ])('refuses %s', async (_what, pipeline, code) => {
    const collection = await database.collection({ a: 1 });
    await expect(collection.aggregate(pipeline).toArray()).rejects.toMatchObject({ code });
  });
});

describe('The embedded server', () => {
  const embedded = embeddedDatabase();

  it.each(['$lookup', '$out', '$merge', '$unionWith', '$graphLookup', '$bucket', '$setWindowFields'])(
    'says that it does not support %s',
    async (stage) => {
      const collection = await embedded.collection({ a: 1 });
      await expect(collection.aggregate([{ [stage]: {} }]).toArray()).rejects.toMatchObject({ code: 238 });
    },
  );

  it('has no change streams', async () => {
    const collection = await embedded.collection({ a: 1 });
    await expect(collection.aggregate([{ $changeStream: {} }]).toArray()).rejects.toMatchObject({ code: 40573 });
  });
});
