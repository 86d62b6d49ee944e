import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { CopyCheck, type CopySummary } from '../../src/platform/embedded-mongo/copy-check.js';
import { decodeChunk, encodeChunk } from '../../src/platform/embedded-mongo/copy-chunk.js';
import { copyData, NotCopiedError } from '../../src/platform/embedded-mongo/copy-data.js';
import { DataFolderLock } from '../../src/platform/embedded-mongo/data-folder.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { createStoreFrom, openData, openStore } from '../../src/platform/embedded-mongo/store-folder.js';
import { documentSpace, idKey } from '../../src/platform/embedded-mongo/store-keys.js';
import { verifyFolder } from '../../src/platform/embedded-mongo/verify-folder.js';
import { startBuilt } from './built-server.js';
import { temporaryFolder } from './database-under-test.js';

const COPIES = Number(process.env.COPIES ?? 20);
const WRITERS = 4;

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await temporaryFolder();
  folder = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true }));

interface Entry {
  _id: string;
  tags: number[];
  version: number;
}

/** Inserts, updates and removes documents of which an index has several keys, until `isDone`. */
async function write(uri: string, writer: number, kept: string[], isDone: () => boolean): Promise<void> {
  const client = new MongoClient(uri, { maxPoolSize: 1 });
  const entries = client.db('copied').collection<Entry>('entries');
  await entries.createIndex({ tags: 1 });
  for (let i = 0; !isDone(); i++) {
    const _id = `${writer}-${i}`;
    await entries.insertOne({ _id, tags: [i, i + 1, i + 2], version: 0 });
    await entries.updateOne({ _id }, { $set: { tags: [i, -i], version: 1 } });
    if (i % 5 === 0) await entries.deleteOne({ _id });
    else kept.push(_id);
  }
  await client.close();
}

/** Copies a folder to a new one. */
async function copyTo(to: string): Promise<CopySummary> {
  const check = new CopyCheck(folder);
  async function* checked(): AsyncGenerator<Buffer> {
    for await (const chunk of copyData(folder)) {
      check.add(chunk);
      yield chunk;
    }
  }
  await mkdir(to);
  await createStoreFrom(to, checked());
  return check.end();
}

/** The ids of the documents whose update is in a copy. */
async function idsIn(of: string): Promise<ReadonlySet<unknown>> {
  const catalog = await openStore(of, () => undefined);
  const entries = catalog.collection('copied', 'entries');
  const found = entries ? await collect(runQuery(entries, { filter: parseFilter({ version: 1 }) }).records) : [];
  await catalog.close();
  return new Set(found.map(({ bytes }) => deserialize(bytes)._id as unknown));
}

async function findings(of: string): Promise<string[]> {
  const found: string[] = [];
  await verifyFolder(of, (finding) => found.push(finding));
  return found;
}

describe('A copy of a server that is written to', () => {
  it(
    `has every acknowledged write, and no half of one (${COPIES} copies)`,
    async () => {
      const server = await startBuilt(folder);
      const kept: string[] = [];
      let isDone = false;
      const writers = Array.from({ length: WRITERS }, (_value, i) => write(server.uri, i, kept, () => isDone));
      for (let copy = 0; copy < COPIES; copy++) {
        // Each copy sees more than the one before.
        const enough = kept.length + 100;
        while (kept.length < enough) await new Promise((resolve) => setImmediate(resolve));
        const acknowledged = [...kept];
        const to = join(parent, `copy-${copy}`);
        const { documents } = await copyTo(to);
        expect(await findings(to)).toEqual([]);
        expect(documents).toBeGreaterThanOrEqual(acknowledged.length);
        const ids = await idsIn(to);
        expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
        await rm(to, { recursive: true });
      }
      isDone = true;
      await Promise.all(writers);
      await server.stop();
      expect(await findings(folder)).toEqual([]);
    },
    60_000 + COPIES * 5_000,
  );

  it('ends with an error if the server ends meanwhile', async () => {
    const server = await startBuilt(folder);
    const client = new MongoClient(server.uri);
    const text = 'x'.repeat(100_000);
    await client
      .db('copied')
      .collection('entries')
      .insertMany(Array.from({ length: 40 }, () => ({ text })));
    await client.close();
    const copy = copyData(folder);
    await copy.next();
    await server.kill();
    await expect(copy.next()).rejects.toThrow(NotCopiedError);
  });
});

describe('A copy', () => {
  it('is refused for a folder without data, and changes nothing there', async () => {
    await expect(copyTo(join(parent, 'copy'))).rejects.toThrow('holds no data');
  });

  it('is refused for data of version 1.0, which a start converts', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'journal-00000001'), '');
    await expect(copyTo(join(parent, 'copy'))).rejects.toThrow('Start the gateway on it once');
  });

  it('is refused while a process that cannot be asked holds the folder', async () => {
    const lock = await DataFolderLock.acquire(folder);
    await expect(copyTo(join(parent, 'copy'))).rejects.toThrow('cannot be asked');
    await lock.release();
  });

  it.each<[string, (chunk: Buffer) => Buffer]>([
    ['a document that was changed', (chunk) => replace(chunk, (bytes) => bytes.with(-2, (bytes.at(-2) ?? 0) ^ 1))],
    ['a document that is missing', (chunk) => replace(chunk, () => null)],
  ])('notices %s', async (_what, change) => {
    await mkdir(folder);
    const catalog = await openData(folder, () => undefined);
    for (const _id of [1, 2]) catalog.ensureCollection('d', 'c').insert(Buffer.from(serialize({ _id, a: _id })));
    await catalog.committed();
    const copy = catalog.store.copy();
    const [chunk = Buffer.alloc(0)] = await copy.pull(1);
    copy.close();
    await catalog.close();
    const check = new CopyCheck(folder);
    check.add(chunk);
    expect(check.end()).toMatchObject({ collections: 1, documents: 2 });
    const another = new CopyCheck(folder);
    expect(() => {
      another.add(change(chunk));
      another.end();
    }).toThrow(`${folder} is damaged`);
  });
});

/** Replaces the value of document 2, or leaves the document out. */
function replace(chunk: Buffer, change: (value: Uint8Array) => Uint8Array | null): Buffer {
  const documentKey = documentSpace(1) + idKey(2);
  return encodeChunk(
    [...decodeChunk(chunk)].flatMap(([key, value]) => {
      const changed = key.toString('latin1') === documentKey ? change(value) : value;
      return changed ? [[key, Buffer.from(changed)] as const] : [];
    }),
  );
}

describe('A chunk', () => {
  const bytes = fc.uint8Array({ maxLength: 20 }).map((content) => Buffer.from(content));

  it('has the entries that were put into it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, bytes)), (entries) => {
        expect([...decodeChunk(encodeChunk(entries))]).toEqual(entries);
      }),
    );
  });

  it('is refused if it is cut within an entry', () => {
    const chunk = encodeChunk([[Buffer.from('key'), Buffer.from('value')]]);
    for (let length = 1; length < chunk.length; length++)
      expect(() => [...decodeChunk(chunk.subarray(0, length))]).toThrow('longer than its chunk');
  });
});
