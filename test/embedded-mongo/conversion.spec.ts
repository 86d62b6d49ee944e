import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { decode } from '../../src/platform/embedded-mongo/document.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import type { Change } from '../../src/platform/embedded-mongo/journal-format.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { StoreDamagedError } from '../../src/platform/embedded-mongo/store-errors.js';
import { openData } from '../../src/platform/embedded-mongo/store-folder.js';
import { verify } from '../../src/platform/embedded-mongo/verification.js';
import { temporaryFolder } from './database-under-test.js';
import { journalOf } from './journal-of-1-0.js';

const FILE = 'journal-00000003';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const put = (recordId: number, fields: Record<string, unknown>): Change => ({
  kind: 'put',
  collectionId: 1,
  recordId,
  bytes: Buffer.from(serialize({ _id: recordId, ...fields })),
});

const CHANGES: readonly Change[] = [
  { kind: 'createCollection', collectionId: 1, database: 'gateway', name: 'payments' },
  { kind: 'createCollection', collectionId: 2, database: 'gateway', name: 'dropped' },
  put(1, { tags: ['a', 'b'] }),
  { kind: 'createIndex', collectionId: 1, index: { v: 2, key: { tags: 1 }, name: 'tags_1' } },
  { kind: 'createIndex', collectionId: 1, index: { v: 2, key: { other: 1 }, name: 'other_1' } },
  put(2, { tags: 'b' }),
  put(3, { tags: 'c' }),
  put(1, { tags: ['b'], changed: true }),
  { kind: 'remove', collectionId: 1, recordId: 3 },
  { kind: 'dropIndex', collectionId: 1, name: 'other_1' },
  { kind: 'dropCollection', collectionId: 2 },
];

/** The content of a store that was converted from CHANGES. */
async function content(): Promise<unknown> {
  const catalog = await openData(folder, () => undefined);
  try {
    const findings: string[] = [];
    await verify(catalog, (finding) => findings.push(finding));
    expect(findings).toEqual([]);
    const [collection, ...others] = catalog.allCollections();
    if (!collection) return undefined;
    expect(others).toEqual([]);
    const found = await collect(runQuery(collection, { filter: parseFilter({ tags: 'b' }), hint: 'tags_1' }).records);
    return {
      namespace: collection.namespace,
      indexes: collection.indexes.map(({ name }) => name),
      found: found.map(({ bytes }) => decode(bytes)),
    };
  } finally {
    await catalog.close();
  }
}

const CONVERTED = {
  namespace: 'gateway.payments',
  indexes: ['_id_', 'tags_1'],
  found: [
    { _id: 1, tags: ['b'], changed: true },
    { _id: 2, tags: 'b' },
  ],
};

describe('A data folder of version 1.0', () => {
  it('is converted when it is opened, and its journal is removed', async () => {
    await writeFile(join(folder, FILE), journalOf(CHANGES));
    expect(await content()).toEqual(CONVERTED);
    expect(await readdir(folder)).toEqual(['store']);
    expect(await content()).toEqual(CONVERTED);
  });

  it('is converted despite the leftovers of a crash', async () => {
    await writeFile(join(folder, FILE), journalOf(CHANGES));
    await writeFile(join(folder, 'journal-00000002'), journalOf([]));
    await writeFile(join(folder, 'journal-00000004.new'), 'unfinished');
    await writeFile(join(folder, 'store.new'), 'unfinished');
    expect(await content()).toEqual(CONVERTED);
    expect(await readdir(folder)).toEqual(['store']);
  });

  it('may end with a write that was never acknowledged', async () => {
    const whole = journalOf(CHANGES);
    const torn = journalOf([put(9, { tags: 'b' })]).subarray(journalOf([]).length);
    for (const rest of [torn.subarray(0, 5), torn.subarray(0, -1), Buffer.alloc(100)]) {
      await writeFile(join(folder, FILE), Buffer.concat([whole, rest]));
      expect(await content()).toEqual(CONVERTED);
      await rm(join(folder, 'store'), { recursive: true });
    }
  });

  it('is refused, and not changed, if any byte before the last record was changed', async () => {
    const whole = journalOf(CHANGES);
    const end = journalOf(CHANGES.slice(0, -1)).length;
    for (let at = 0; at < end; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      await writeFile(join(folder, FILE), damaged);
      await expect(openData(folder, () => undefined)).rejects.toBeInstanceOf(StoreDamagedError);
      expect(await readdir(folder)).toContain(FILE);
      expect(await readdir(folder)).not.toContain('store');
    }
  });

  it('is refused next to a store that was not made from it', async () => {
    await (await openData(folder, () => undefined)).close();
    await writeFile(join(folder, FILE), journalOf(CHANGES));
    await expect(openData(folder, () => undefined)).rejects.toThrow(`the file ${FILE} of version 1.0`);
    expect(await readdir(folder)).toContain(FILE);
  });
});
