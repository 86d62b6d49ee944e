import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serialize } from 'bson';
import type { Catalog } from '../../src/platform/embedded-mongo/catalog.js';
import type { Collection } from '../../src/platform/embedded-mongo/collection.js';
import type { Doc } from '../../src/platform/embedded-mongo/bson-values.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import { parseIndexDefinition } from '../../src/platform/embedded-mongo/index-definition.js';
import { MongoError } from '../../src/platform/embedded-mongo/mongo-error.js';
import { compile } from '../../src/platform/embedded-mongo/matcher.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { docOf, runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { parseSort, sortByKey, sortKey } from '../../src/platform/embedded-mongo/sort.js';
import { openData } from '../../src/platform/embedded-mongo/store-folder.js';
import { temporaryFolder } from './database-under-test.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 500);

/** A few values of all types, so that many are equal. */
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'ab', 'abc', 'b', 'a\0b', 'a\u0001', 'é', '\u{1F600}', '\uFFFD') },
  fc.constantFrom(null, true, false, 0.5, -0.5, 1e300),
  fc.constantFrom(new Date(0), new Date(1), new Date(-1)),
);
const subdocument = fc.record({ x: scalar, y: scalar }, { requiredKeys: [] });
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  subdocument,
  fc.array(fc.oneof(scalar, subdocument), { maxLength: 3 }),
);
const document = fc.record({ a: value, b: value, c: scalar }, { requiredKeys: [] });

const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y', 'b.x', '_id');
const comparison = fc
  .tuple(fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), fc.oneof({ weight: 5, arbitrary: scalar }, value))
  .map(([operator, operand]) => ({ [operator]: operand }));
const condition = fc.oneof(
  { weight: 3, arbitrary: scalar },
  { weight: 4, arbitrary: comparison },
  { weight: 2, arbitrary: fc.tuple(comparison, comparison).map(([one, two]) => ({ ...one, ...two })) },
  fc.array(scalar, { maxLength: 4 }).map((values) => ({ $in: values })),
  fc.array(scalar, { maxLength: 2 }).map((values) => ({ $nin: values })),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.constantFrom('string', 'number', 'date', 'null', 'bool', 'array').map((type) => ({ $type: type })),
  fc.constantFrom({ $regex: '^a' }, { $regex: '^ab?' }, { $regex: 'b' }, { $regex: '^A', $options: 'i' }),
  comparison.map((inner) => ({ $not: inner })),
  comparison.map((inner) => ({ $elemMatch: inner })),
  fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }).map((filter) => ({ $elemMatch: filter })),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map((values) => ({ $all: values })),
);
const conjunction = fc
  .array(fc.tuple(path, condition), { maxLength: 3 })
  .map((parts) => ({ $and: [{}, ...parts.map(([field, test]) => ({ [field]: test }))] }));
const filter = fc.oneof(
  { weight: 3, arbitrary: conjunction },
  fc
    .tuple(conjunction, fc.array(conjunction, { minLength: 1, maxLength: 3 }))
    .map(([both, either]) => ({ ...both, $or: either })),
);
const keys = fc
  .uniqueArray(fc.tuple(path, fc.constantFrom(1, -1)), { selector: ([field]) => field, minLength: 1, maxLength: 3 })
  .map((fields) => Object.fromEntries(fields));
const index = fc
  .record({
    key: keys,
    sparse: fc.boolean(),
    partialFilterExpression: fc.option(
      fc.constantFrom<Doc>({ a: { $exists: true } }, { c: { $gt: 0 } }, { b: { $type: 'string' } }, { c: 1 }),
      { nil: undefined },
    ),
  })
  .map(({ key, sparse, partialFilterExpression }) => ({
    key,
    ...(partialFilterExpression ? { partialFilterExpression } : { sparse }),
  }));
const sort = fc.option(keys, { nil: undefined });

let folder: string;
let catalog: Catalog;
let collections = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  catalog = await openData(folder, () => undefined);
});

afterAll(async () => {
  await catalog.close();
  await rm(folder, { recursive: true });
});

/** Creates a collection with the documents and all possible indexes; some of them before the documents. */
async function filled(documents: readonly Doc[], indexes: readonly Doc[]): Promise<Collection> {
  const collection = catalog.ensureCollection('test', `c${++collections}`);
  const make = async (definition: Doc, i: number): Promise<void> => {
    try {
      await catalog.createIndex(collection, parseIndexDefinition({ name: `index${i}`, ...definition }));
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
    }
  };
  for (const definition of indexes.slice(0, 1)) await make(definition, 0);
  documents.forEach((fields, _id) => {
    try {
      collection.insert(Buffer.from(serialize({ _id, ...fields })));
    } catch (error) {
      if (!(error instanceof MongoError && error.code === 171)) throw error;
    }
  });
  for (const [i, definition] of indexes.slice(1).entries()) await make(definition, i + 1);
  return collection;
}

/** Runs the query in the simplest way, as a reference. */
async function scanned(collection: Collection, query: Doc, order: Doc | undefined): Promise<Doc[]> {
  const docs = (await collect(runQuery(collection, { filter: parseFilter({}) }).records))
    .map(docOf)
    .filter(compile(parseFilter(query)));
  const pattern = parseSort(order);
  return pattern ? sortByKey(docs, (doc) => sortKey(doc, pattern)) : docs;
}

describe('A query through indexes', () => {
  it('finds the same documents as a scan of all documents, in an order that the sort allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 25 }),
        fc.array(index, { minLength: 1, maxLength: 3 }),
        filter,
        sort,
        fc.nat(4),
        fc.nat(6),
        async (documents, indexes, query, order, skip, limit) => {
          const collection = await filled(documents, indexes);
          const pattern = parseSort(order);
          const find = async (): Promise<Doc[]> =>
            (
              await collect(runQuery(collection, { filter: parseFilter(query), sort: pattern, skip, limit }).records)
            ).map(docOf);
          let expected: Doc[];
          try {
            expected = await scanned(collection, query, order);
          } catch (error) {
            // With two arrays in the fields of a sort, the query may be refused as well.
            catalog.dropCollection(collection);
            if (error instanceof MongoError) return;
            throw error;
          }
          const found = await find();
          const end = limit > 0 ? skip + limit : undefined;
          expect(found).toHaveLength(expected.slice(skip, end).length);
          const all = new Set(expected.map(({ _id }) => _id));
          expect(found.every(({ _id }) => all.has(_id))).toBe(true);
          expect(new Set(found.map(({ _id }) => _id)).size).toBe(found.length);
          catalog.dropCollection(collection);
          if (pattern)
            expect(found.map((doc) => sortKey(doc, pattern))).toEqual(
              expected.slice(skip, end).map((doc) => sortKey(doc, pattern)),
            );
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('sorts by `_id` from the keys of an index that ends with it, whatever is in the fields before', async () => {
    const direction = fc.constantFrom(1, -1);
    const before = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'a.x'), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 25 }),
        before,
        fc.tuple(direction, direction, direction),
        conjunction,
        fc.nat(3),
        fc.integer({ min: 1, max: 6 }),
        async (documents, fields, [first, second, sorted], query, skip, limit) => {
          const key = { ...Object.fromEntries(fields.map((field) => [field, first])), _id: second };
          const collection = await filled(documents, [{ key }]);
          const order = parseSort({ _id: sorted });
          const run = runQuery(collection, { filter: parseFilter(query), sort: order, skip, limit });
          const found = (await collect(run.records)).map(docOf);
          const expected = await scanned(collection, query, { _id: sorted });
          catalog.dropCollection(collection);
          expect(found).toEqual(expected.slice(skip, skip + limit));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('reads only as many documents as it finds, if the keys tell which', async () => {
    const collection = await filled(
      Array.from({ length: 500 }, (_, n) => ({ a: 1, b: ['all', `b${n}`] })),
      [{ key: { a: 1, b: 1, _id: -1 } }],
    );
    const { records, effort } = runQuery(collection, {
      filter: parseFilter({ a: 1, b: { $regex: '^b' } }),
      sort: parseSort({ _id: -1 }),
      limit: 3,
    });
    expect((await collect(records)).map(docOf).map(({ _id }) => _id)).toEqual([499, 498, 497]);
    expect(effort.keysExamined).toBe(500);
    expect(effort.docsExamined).toBeLessThanOrEqual(10);
    catalog.dropCollection(collection);
  });

  it('finds the same documents after changes and removals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 1, maxLength: 15 }),
        fc.array(index, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(14), fc.option(document, { nil: undefined })), { maxLength: 15 }),
        filter,
        async (documents, indexes, changes, query) => {
          const collection = await filled(documents, indexes);
          for (const [position, fields] of changes) {
            const record = (await collect(runQuery(collection, { filter: parseFilter({}) }).records))[position];
            if (!record) continue;
            const after = { _id: docOf(record)._id, ...fields };
            try {
              if (fields) collection.replace(record.recordId, record.bytes, Buffer.from(serialize(after)));
              else collection.remove(record.recordId);
            } catch (error) {
              if (!(error instanceof MongoError && error.code === 171)) throw error;
            }
          }
          const found = (await collect(runQuery(collection, { filter: parseFilter(query) }).records)).map(
            (record) => docOf(record)._id,
          );
          expect(new Set(found)).toEqual(new Set((await scanned(collection, query, undefined)).map(({ _id }) => _id)));
          expect(new Set(found).size).toBe(found.length);
          catalog.dropCollection(collection);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
