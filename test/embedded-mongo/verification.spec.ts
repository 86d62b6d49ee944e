import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { ClassicLevel } from 'classic-level';
import { encodeCounters, noCounters } from '../../src/platform/embedded-mongo/counters.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import { parseIndexDefinition } from '../../src/platform/embedded-mongo/index-definition.js';
import { keyOf } from '../../src/platform/embedded-mongo/key-string.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { damagedTables, openData } from '../../src/platform/embedded-mongo/store-folder.js';
import { documentSpace, idKey, indexSpace, toBuffer, uint32 } from '../../src/platform/embedded-mongo/store-keys.js';
import { encodeStored } from '../../src/platform/embedded-mongo/stored-document.js';
import { verify } from '../../src/platform/embedded-mongo/verification.js';
import { temporaryFolder } from './database-under-test.js';

type Level = ClassicLevel<Buffer, Buffer>;

const COLLECTION = 1;
const [ID_INDEX, A_INDEX] = [1, 2];
const documentKey = (recordId: number): Buffer => toBuffer(documentSpace(COLLECTION) + idKey(recordId));
const idEntry = (_id: number): Buffer => toBuffer(indexSpace(COLLECTION, ID_INDEX) + keyOf(_id));
const aEntry = (a: unknown, recordId: number): Buffer =>
  toBuffer(indexSpace(COLLECTION, A_INDEX) + keyOf(a) + idKey(recordId));
const stored = (recordId: number, doc: Record<string, unknown>): Buffer =>
  encodeStored(COLLECTION, recordId, serialize(doc));

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  const catalog = await openData(folder, () => undefined);
  const collection = catalog.ensureCollection('d', 'c');
  await catalog.createIndex(collection, parseIndexDefinition({ name: 'a', key: { a: 1 } }));
  for (const _id of [1, 2, 3]) {
    collection.insert(Buffer.from(serialize({ _id, a: _id })));
    await catalog.committed();
  }
  await catalog.close();
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Changes the store directly, without the server. */
async function tamper(change: (level: Level) => Promise<void>): Promise<void> {
  const level: Level = new ClassicLevel(join(folder, 'store', 'leveldb'), {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    createIfMissing: false,
  });
  await level.open();
  await change(level);
  await level.close();
}

async function findings(): Promise<string[]> {
  const catalog = await openData(folder, () => undefined);
  const found: string[] = [];
  await verify(catalog, (finding) => found.push(finding));
  await catalog.close();
  return found;
}

async function find(filter: Record<string, unknown>): Promise<unknown> {
  const catalog = await openData(folder, () => undefined);
  try {
    const collection = catalog.collection('d', 'c');
    return collection && (await collect(runQuery(collection, { filter: parseFilter(filter) }).records)).length;
  } finally {
    await catalog.close();
  }
}

describe('Verifying', () => {
  it('finds nothing in an undamaged store', async () => {
    expect(await findings()).toEqual([]);
  });

  it.each<[string, (level: Level) => Promise<void>, RegExp]>([
    [
      'a document that was changed',
      (level) => level.put(documentKey(2), Buffer.concat([Buffer.alloc(4), serialize({ _id: 2, a: 2 })])),
      /document 2 does not match its checksum/,
    ],
    [
      'a document under the key of another',
      async (level) => {
        await level.put(documentKey(2), (await level.get(documentKey(1))) ?? Buffer.alloc(0));
      },
      /document 2 does not match its checksum/,
    ],
    ['a document that is missing', (level) => level.del(documentKey(2)), /leads to document 2, which is missing/],
    [
      'an older version of a document',
      (level) => level.put(documentKey(2), stored(2, { _id: 2, a: 2, old: true })),
      /not in its last version/,
    ],
    [
      'a document that was not counted',
      (level) => level.put(documentKey(9), stored(9, { _id: 9, a: 9 })),
      /4 documents, but 3 were counted/,
    ],
    ['an entry that is missing', (level) => level.del(aEntry(2, 2)), /document 2 \(_id 2\) is missing in the index a/],
    [
      'a missing entry of a unique index',
      (level) => level.del(idEntry(2)),
      /document 2 \(_id 2\) is missing in the index _id_/,
    ],
    [
      'an entry that leads to another document',
      (level) => level.put(idEntry(2), toBuffer(idKey(1))),
      /_id_ leads to document 1, which does not belong there/,
    ],
    [
      'an entry that leads nowhere',
      (level) => level.put(aEntry(7, 7), Buffer.alloc(0)),
      /the index a leads to document 7, which is missing/,
    ],
    [
      'an entry of no index',
      (level) => level.put(toBuffer(indexSpace(COLLECTION, 9) + keyOf(1)), Buffer.alloc(0)),
      /belongs to no index/,
    ],
    [
      'a document of no collection',
      (level) => level.put(toBuffer(documentSpace(8) + idKey(1)), Buffer.alloc(9)),
      /belongs to no collection/,
    ],
    [
      'counters that are wrong',
      (level) =>
        level.put(toBuffer(`n${uint32(COLLECTION)}`), encodeCounters(COLLECTION, { ...noCounters(), nextRecordId: 9 })),
      /3 documents, but 0 were counted/,
    ],
    [
      'counters of no collection',
      (level) => level.put(toBuffer(`n${uint32(7)}`), Buffer.alloc(1)),
      /belong to no collection/,
    ],
    ['an unknown key', (level) => level.put(Buffer.from('x'), Buffer.alloc(1)), /is unknown/],
  ])('finds %s', async (_what, change, finding) => {
    await tamper(change);
    expect((await findings()).join('\n')).toMatch(finding);
  });
});

describe('A table that a killed process left unfinished', () => {
  const leave = () => writeFile(join(folder, 'store', 'leveldb', '999999.ldb'), 'the beginning of a table');

  it('is no damage', async () => {
    await leave();
    expect(await damagedTables(folder)).toEqual([]);
    expect(await findings()).toEqual([]);
  });

  it('is distinguished from the tables of the store', async () => {
    // Opening moves the log into a table.
    await findings();
    const level = join(folder, 'store', 'leveldb');
    const [table] = (await readdir(level)).filter((name) => name.endsWith('.ldb'));
    await leave();
    await truncate(join(level, table ?? ''), 30);
    expect(await damagedTables(folder)).toEqual([
      expect.stringContaining(`${table ?? ''}: it does not end as a table`),
    ]);
    await expect(openData(folder, () => undefined)).rejects.toThrow('it does not end as a table');
  });
});

describe('Opening', () => {
  it.each<[string, (level: Level) => Promise<void>, RegExp]>([
    ['a commit that is missing', (level) => level.del(toBuffer(`c${idKey(2)}`)), /the commits from 2 to 2 are missing/],
    [
      'an end that is missing',
      async (level) => {
        await level.clear({ gte: toBuffer(`c${idKey(2)}`), lt: toBuffer('d') });
      },
      /it ends with commit 1, but commit \d+ was made/,
    ],
    ['a catalog that is missing', (level) => level.del(toBuffer('m')), /the catalog is missing/],
    [
      'a catalog that was changed',
      async (level) => {
        await level.put(toBuffer('m'), Buffer.alloc(40));
      },
      /the catalog does not match its checksum/,
    ],
    [
      'counters that are missing',
      (level) => level.del(toBuffer(`n${uint32(COLLECTION)}`)),
      /the counters of d\.c are missing/,
    ],
  ])('refuses %s', async (_what, change, message) => {
    await tamper(change);
    await expect(openData(folder, () => undefined)).rejects.toThrow(message);
  });
});

describe('Reading', () => {
  it.each<[string, (level: Level) => Promise<void>, Record<string, unknown>]>([
    [
      'a document that was changed',
      (level) => level.put(documentKey(2), Buffer.concat([Buffer.alloc(4), serialize({ _id: 2, a: 2 })])),
      { _id: 2 },
    ],
    [
      'a document that was changed, in a scan',
      (level) => level.put(documentKey(2), Buffer.concat([Buffer.alloc(4), serialize({ _id: 2, a: 2 })])),
      {},
    ],
    ['a document that is missing', (level) => level.del(documentKey(2)), { _id: 2 }],
    ['a document that is missing, by a range', (level) => level.del(documentKey(2)), { a: { $gt: 1 } }],
    ['an entry that leads to another document', (level) => level.put(idEntry(2), toBuffer(idKey(1))), { _id: 2 }],
    [
      'an entry that leads to a document that does not belong there',
      (level) => level.put(aEntry(7, 1), Buffer.alloc(0)),
      { a: { $gt: 5 } },
    ],
  ])('reports %s', async (_what, change, filter) => {
    await tamper(change);
    await expect(find(filter)).rejects.toMatchObject({ code: 301, message: expect.stringContaining('d.c') });
  });
});
