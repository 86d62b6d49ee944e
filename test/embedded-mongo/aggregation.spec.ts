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
      '$match matches like a query',
      SALES,
      [{ $match: { amount: { $gte: 20 } } }, { $project: { amount: 1 } }],
      [
        { _id: 2, amount: 20 },
        { _id: 3, amount: 30 },
      ],
    ],
    [
      '$sort, $skip and $limit select a part',
      SALES,
      [{ $sort: { _id: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { item: 1 } }],
      [
        { _id: 3, item: 'a' },
        { _id: 2, item: 'b' },
      ],
    ],
    [
      '$group computes sums, counts, minimums and maximums',
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
      '$group returns the first and the last value in order, and collects values',
      SALES,
      [
        { $sort: { _id: 1 } },
        { $group: { _id: null, first: { $first: '$item' }, last: { $last: '$_id' }, all: { $push: '$_id' } } },
      ],
      [{ _id: null, first: 'a', last: 4, all: [1, 2, 3, 4] }],
    ],
    [
      '$group groups by several fields',
      SALES,
      [{ $match: { _id: { $lte: 2 } } }, { $group: { _id: { i: '$item', missing: '$nope' } } }, { $sort: { _id: 1 } }],
      [{ _id: { i: 'a' } }, { _id: { i: 'b' } }],
    ],
    [
      '$sum is exact for large whole numbers',
      [
        { _id: 1, n: 2 ** 52 },
        { _id: 2, n: 1 },
        { _id: 3, n: 2 ** 51 },
      ],
      [{ $group: { _id: null, n: { $sum: '$n' } } }],
      [{ _id: null, n: 2 ** 52 + 2 ** 51 + 1 }],
    ],
    [
      '$sum returns the nearest double beyond the safe range',
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
      '$sum rounds once, not after each addition',
      [
        { _id: 1, n: 2 ** 53 },
        { _id: 2, n: 1 },
        { _id: 3, n: 1 },
      ],
      [{ $group: { _id: null, n: { $sum: '$n' } } }],
      [{ _id: null, n: 2 ** 53 + 2 }],
    ],
    [
      '$sum without values is 0, $avg is null',
      [{ _id: 1 }],
      [{ $group: { _id: 1, sum: { $sum: '$x' }, avg: { $avg: '$x' }, max: { $max: '$x' } } }],
      [{ _id: 1, sum: 0, avg: null, max: null }],
    ],
    ['$count counts', SALES, [{ $match: { item: 'a' } }, { $count: 'n' }], [{ n: 3 }]],
    ['$count of no documents returns no document', SALES, [{ $match: { item: 'z' } }, { $count: 'n' }], []],
    [
      '$sortByCount counts by value, in descending order',
      SALES,
      [{ $sortByCount: '$item' }],
      [
        { _id: 'a', count: 3 },
        { _id: 'b', count: 1 },
      ],
    ],
    [
      '$unwind returns one document for each element',
      SALES,
      [{ $unwind: '$tags' }, { $project: { tags: 1 } }],
      [
        { _id: 1, tags: 'x' },
        { _id: 1, tags: 'y' },
        { _id: 2, tags: 'x' },
      ],
    ],
    [
      '$unwind keeps empty arrays if asked to, and numbers the elements',
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
      '$addFields computes fields and keeps the others',
      [{ _id: 1, a: 2, b: { c: 1 } }],
      [{ $addFields: { d: { $multiply: ['$a', 3] }, 'b.e': '$a' } }],
      [{ _id: 1, a: 2, b: { c: 1, e: 2 }, d: 6 }],
    ],
    [
      '$set is the same as $addFields',
      [{ _id: 1, a: 2 }],
      [{ $set: { a: 'x', b: { $literal: '$a' } } }],
      [{ _id: 1, a: 'x', b: '$a' }],
    ],
    [
      '$unset removes fields',
      [{ _id: 1, a: 1, b: { c: 1, d: 1 } }],
      [{ $unset: ['a', 'b.c'] }],
      [{ _id: 1, b: { d: 1 } }],
    ],
    [
      '$project computes fields, and omits missing values',
      [{ _id: 1, a: 5 }],
      [{ $project: { _id: 0, a: 1, twice: { $add: ['$a', '$a'] }, no: '$missing' } }],
      [{ a: 5, twice: 10 }],
    ],
    [
      '$replaceRoot returns a subdocument',
      [{ _id: 1, a: { b: 1 } }],
      [{ $replaceRoot: { newRoot: '$a' } }],
      [{ b: 1 }],
    ],
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
      '$cond uses comparisons',
      [{ _id: 1, a: 5 }],
      [
        {
          $project: { big: { $cond: [{ $gte: ['$a', 3] }, 'yes', 'no'] }, both: { $and: [true, { $lt: ['$a', 3] }] } },
        },
      ],
      [{ _id: 1, big: 'yes', both: false }],
    ],
    [
      'comparisons in expressions compare across types',
      [{ _id: 1, a: 'x' }],
      [{ $project: { gt: { $gt: ['$a', 5] }, missing: { $lt: ['$nope', null] } } }],
      [{ _id: 1, gt: true, missing: true }],
    ],
    [
      '$dateToString formats a date',
      SALES.slice(0, 1),
      [{ $project: { day: { $dateToString: { format: '%Y-%m-%d', date: '$at' } } } }],
      [{ _id: 1, day: '2026-01-01' }],
    ],
    [
      'a path through an array returns the values of its elements',
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

  it('$addToSet collects each value once', async () => {
    const collection = await database.collection(...SALES);
    const [group] = await collection
      .aggregate<{ items: string[] }>([{ $group: { _id: null, items: { $addToSet: '$item' } } }])
      .toArray();
    expect(new Set(group?.items)).toEqual(new Set(['a', 'b']));
  });

  it('of a missing collection returns nothing', async () => {
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
    'refuses %s as not supported',
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
