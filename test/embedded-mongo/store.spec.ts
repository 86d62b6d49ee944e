import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import type { Catalog } from '../../src/platform/embedded-mongo/catalog.js';
import type { Collection } from '../../src/platform/embedded-mongo/collection.js';
import { decode } from '../../src/platform/embedded-mongo/document.js';
import { EmbeddedMongo } from '../../src/platform/embedded-mongo/embedded-mongo.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import { parseIndexDefinition } from '../../src/platform/embedded-mongo/index-definition.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { openData } from '../../src/platform/embedded-mongo/store-folder.js';
import { eventually, temporaryFolder } from './database-under-test.js';

let folder: string;
let catalog: Catalog;

const open = async (): Promise<Collection> => {
  catalog = await openData(folder, () => undefined);
  return catalog.ensureCollection('d', 'c');
};

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await catalog.close();
  await rm(folder, { recursive: true });
});

const insert = (collection: Collection, doc: Record<string, unknown>): void => {
  collection.insert(Buffer.from(serialize(doc)));
};
const idsIn = async (collection: Collection, filter: Record<string, unknown>): Promise<unknown[]> =>
  (await collect(runQuery(collection, { filter: parseFilter(filter) }).records)).map(({ bytes }) => decode(bytes)._id);

describe('A store', () => {
  it('is readable by its owner only', async () => {
    await open();
    expect((await stat(join(folder, 'store'))).mode & 0o777).toBe(0o700);
  });

  it('writes the concurrent changes of many callers in one group', async () => {
    const collection = await open();
    await catalog.committed();
    const before = catalog.store.commits;
    await Promise.all(
      Array.from({ length: 500 }, (_value, _id) => {
        insert(collection, { _id });
        return catalog.committed();
      }),
    );
    expect(catalog.store.commits - before).toBe(1);
  });

  it('returns a change, by key and in order, before it is on the disk', async () => {
    const collection = await open();
    await catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
    for (const _id of [1, 3, 5]) insert(collection, { _id, a: _id });
    await catalog.committed();
    for (const _id of [4, 2]) insert(collection, { _id, a: _id });
    const before = catalog.store.commits;
    expect(await idsIn(collection, { _id: 4 })).toEqual([4]);
    expect(await idsIn(collection, { a: { $gte: 2 } })).toEqual([2, 3, 4, 5]);
    expect(await idsIn(collection, { a: 2 })).toEqual([2]);
    expect(catalog.store.commits).toBe(before);
  });

  it('returns changes while they are being written', async () => {
    const collection = await open();
    await catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
    const seen: number[] = [];
    for (let _id = 0; _id < 200; _id++) {
      insert(collection, { _id, a: _id % 3 });
      const committed = catalog.committed();
      if (_id % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      seen.push((await idsIn(collection, { a: { $gte: 0 } })).length);
      if (_id % 5 === 0) await committed;
    }
    expect(seen).toEqual(Array.from({ length: 200 }, (_value, i) => i + 1));
  });

  it('caches the records of a key only until they change', async () => {
    const collection = await open();
    await catalog.createIndex(collection, parseIndexDefinition({ name: 'hash', key: { 'keys.hash': 1 } }));
    insert(collection, { _id: 1, keys: [{ hash: 'x' }] });
    expect(await idsIn(collection, { 'keys.hash': { $in: ['x', 'y'] } })).toEqual([1]);
    expect(await idsIn(collection, { 'keys.hash': { $in: ['x', 'y'] } })).toEqual([1]);
    const searching = idsIn(collection, { 'keys.hash': 'z' });
    insert(collection, { _id: 2, keys: [{ hash: 'y' }, { hash: 'z' }] });
    await searching;
    expect(await idsIn(collection, { 'keys.hash': 'y' })).toEqual([2]);
    expect(await idsIn(collection, { 'keys.hash': 'z' })).toEqual([2]);
    collection.remove(1);
    expect(await idsIn(collection, { 'keys.hash': 'x' })).toEqual([]);
  });

  it('has its counters, its order and its indexes after it is opened again', async () => {
    let collection = await open();
    await catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
    for (const _id of [3, 1, 2]) insert(collection, { _id, a: [_id] });
    collection.remove(2);
    await catalog.close();
    collection = await open();
    insert(collection, { _id: 0, a: 0 });
    expect(collection.size).toBe(3);
    expect(collection.index('a')?.isMultikey).toBe(true);
    expect(await idsIn(collection, {})).toEqual([3, 2, 0]);
  });

  it('keeps nothing of dropped collections and indexes', async () => {
    const collection = await open();
    await catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
    for (let _id = 0; _id < 100; _id++) insert(collection, { _id, a: _id });
    await catalog.dropIndex(collection, 'a');
    catalog.dropCollection(collection);
    await catalog.committed();
    await eventually(() => catalog.garbageSpaces().length === 0);
    const left = catalog.store.scanAll('');
    const keys = (await left.pull(1_000)).map(({ key }) => key[0]);
    left.close();
    expect(keys).not.toContain('d');
    expect(keys).not.toContain('i');
  });

  it('accepts changes while it builds an index of many documents', async () => {
    const collection = await open();
    for (let _id = 0; _id < 3_000; _id++) insert(collection, { _id, a: _id });
    await catalog.committed();
    const made = catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
    for (let _id = 3_000; _id < 3_100; _id++) {
      insert(collection, { _id, a: _id });
      collection.remove(_id - 2_999);
      await catalog.committed();
    }
    await made;
    expect((await idsIn(collection, { a: { $gte: 0 } })).length).toBe(3_000);
  });

  it('is created again if its creation was interrupted', async () => {
    await mkdir(join(folder, 'store.new', 'leveldb'), { recursive: true });
    await open();
    expect(await readdir(folder)).toEqual(['store']);
  });
});

describe('Two concurrent compare-and-set updates', () => {
  it('have one winner, whether the document is found by a look-up or a search', async () => {
    await open();
    await catalog.close();
    const embedded = await EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true });
    const client = new MongoClient(embedded.uri('d'), { maxPoolSize: 16 });
    const jobs = client.db().collection<{ _id: number; state: string; version: number }>('jobs');
    await jobs.insertMany(Array.from({ length: 20 }, (_value, _id) => ({ _id, state: 'open', version: 0 })));
    for (let _id = 0; _id < 20; _id++) {
      const results = await Promise.all(
        Array.from({ length: 8 }, () => jobs.updateOne({ _id, version: 0 }, { $set: { version: 1 } })),
      );
      expect(results.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0)).toBe(1);
    }
    const taken = await Promise.all(
      Array.from({ length: 24 }, () => jobs.findOneAndUpdate({ state: 'open' }, { $set: { state: 'taken' } })),
    );
    const ids = taken.flatMap((job) => (job ? [job._id] : []));
    expect(new Set(ids).size).toBe(20);
    expect(ids).toHaveLength(20);
    await client.close();
    await embedded.stop();
    await open();
  });
});
