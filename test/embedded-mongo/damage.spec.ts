import { cp, mkdir, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import type { Catalog } from '../../src/platform/embedded-mongo/catalog.js';
import type { Doc } from '../../src/platform/embedded-mongo/bson-values.js';
import type { Collection } from '../../src/platform/embedded-mongo/collection.js';
import { parseFilter } from '../../src/platform/embedded-mongo/filter.js';
import { parseIndexDefinition } from '../../src/platform/embedded-mongo/index-definition.js';
import { collect } from '../../src/platform/embedded-mongo/record-stream.js';
import { docOf, runQuery } from '../../src/platform/embedded-mongo/run-query.js';
import { DamagedDataError, StoreDamagedError } from '../../src/platform/embedded-mongo/store-errors.js';
import { damagedTables, openData } from '../../src/platform/embedded-mongo/store-folder.js';
import { verify } from '../../src/platform/embedded-mongo/verification.js';
import { temporaryFolder } from './database-under-test.js';

const ROUNDS = Number(process.env.DAMAGE_ROUNDS ?? 60);
const SEED = Number(process.env.DAMAGE_SEED ?? 20260101);

const INDEXES: Doc[] = [
  { name: 'reference', key: { reference: 1 }, unique: true },
  { name: 'account', key: { account: 1, amount: -1 } },
  { name: 'tags', key: { tags: 1 } },
];

let parent: string;
let original: string;
/** The acknowledged documents, by `_id`. */
const known = new Map<number, Doc>();
/** The files of the store, weighted by how often each is damaged. */
let files: string[];

/** A small random number generator that repeats its numbers for a seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    return mixed % below;
  };
}

const entryOf = (_id: number, version: number): Doc => ({
  _id,
  reference: `ref-${_id}`,
  account: `acc-${_id % 7}`,
  amount: _id * 3,
  tags: [`t${_id % 5}`, `v${version}`],
  version,
  text: Array.from({ length: 12 }, (_value, i) => (Math.imul(_id + 1, 7919 * (i + 1)) >>> 0).toString(36)).join(' '),
});

const encoded = (doc: Doc): Buffer => Buffer.from(serialize(doc));

function put(collection: Collection, _id: number, version: number): void {
  const doc = entryOf(_id, version);
  collection.insert(encoded(doc));
  known.set(_id, doc);
}

async function change(collection: Collection, _id: number, version: number | undefined): Promise<void> {
  const [record] = await collect(runQuery(collection, { filter: parseFilter({ _id }) }).records);
  if (!record) throw new Error(`The document ${_id} is not there`);
  if (version === undefined) {
    collection.remove(record.recordId);
    known.delete(_id);
  } else {
    const doc = entryOf(_id, version);
    collection.replace(record.recordId, record.bytes, encoded(doc));
    known.set(_id, doc);
  }
}

beforeAll(async () => {
  parent = await temporaryFolder();
  original = join(parent, 'original');
  await mkdir(original);
  // LevelDB converts its log to a table each time the store is opened, so the store has tables and a log at the end.
  for (let round = 0; round < 4; round++) {
    const catalog = await openData(original, () => undefined);
    const collection = catalog.ensureCollection('shop', 'entries');
    for (const index of INDEXES) await catalog.createIndex(collection, parseIndexDefinition(index));
    for (let i = 0; i < 120; i++) {
      put(collection, round * 120 + i, 0);
      if (i % 10 === 0) await catalog.committed();
    }
    for (let i = 0; i < round * 120; i += 4) if (known.has(i)) await change(collection, i, round);
    for (let i = round; i < round * 120; i += 37) if (known.has(i)) await change(collection, i, undefined);
    await catalog.committed();
    await catalog.close();
  }
  files = (await readdir(join(original, 'store'), { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(original.length + 1))
    .sort();
});

afterAll(async () => {
  await rm(parent, { recursive: true });
});

/** Damages one file, and returns a description. */
async function damage(folder: string, random: (below: number) => number): Promise<string> {
  const name = files[random(files.length)] ?? '';
  const path = join(folder, name);
  const { size } = await stat(path);
  const kind = ['flip', 'flip', 'flip', 'overwrite', 'cut', 'remove'][random(6)] ?? '';
  if (kind === 'remove' || size === 0) {
    await rm(path);
    return `remove ${name}`;
  }
  const at = random(size);
  if (kind === 'cut') {
    await truncate(path, at);
    return `cut ${name} at ${at}`;
  }
  const file = await open(path, 'r+');
  const length = kind === 'flip' ? 1 : Math.min(1 + random(60), size - at);
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, at);
  for (let i = 0; i < length; i++) bytes[i] = kind === 'flip' ? (bytes[i] ?? 0) ^ (1 << random(8)) : random(256);
  await file.write(bytes, 0, length, at);
  await file.close();
  return `${kind} ${length} of ${name} at ${at}`;
}

type End = 'refused at start' | 'an error when it is read' | 'found by verify' | 'whole' | 'unnoticed';

/** Does not open the store if verify finds a damaged block in a table, because LevelDB might end the process. */
async function endOf(folder: string): Promise<End> {
  if ((await damagedTables(folder)).length > 0) return 'found by verify';
  let catalog: Catalog;
  try {
    catalog = await openData(folder, () => undefined);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreDamagedError);
    return 'refused at start';
  }
  try {
    const isSame = await hasKnownContent(catalog);
    let findings = 0;
    await verify(catalog, () => {
      findings++;
    });
    if (findings > 0) return 'found by verify';
    return isSame ? 'whole' : 'unnoticed';
  } catch (error) {
    expect(error).toBeInstanceOf(DamagedDataError);
    return 'an error when it is read';
  } finally {
    await catalog.close();
  }
}

async function hasKnownContent(catalog: Catalog): Promise<boolean> {
  const collection = catalog.collection('shop', 'entries');
  if (!collection) return false;
  const find = async (filter: Doc): Promise<Doc[]> =>
    (await collect(runQuery(collection, { filter: parseFilter(filter) }).records)).map(docOf);
  const isKnown = (docs: readonly Doc[]): boolean =>
    docs.every((doc) => encoded(doc).equals(encoded(known.get(Number(doc._id)) ?? {})));
  const all = await find({});
  if (all.length !== known.size || !isKnown(all)) return false;
  for (const [_id, { reference }] of known) {
    const found = [...(await find({ _id })), ...(await find({ reference }))];
    if (found.length !== 2 || !isKnown(found)) return false;
  }
  const byAccount = await find({ account: { $gte: 'acc-0' } });
  return byAccount.length === known.size && isKnown(byAccount);
}

describe('A store whose files were damaged', () => {
  it(
    `is refused, or reported when it is read or verified, or has lost nothing (${ROUNDS} rounds)`,
    async () => {
      const random = randomFrom(SEED);
      const ends: Record<End, number> = {
        'refused at start': 0,
        'an error when it is read': 0,
        'found by verify': 0,
        whole: 0,
        unnoticed: 0,
      };
      const unnoticed: string[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const folder = join(parent, 'copy');
        await cp(original, folder, { recursive: true });
        const what = await damage(folder, random);
        const end = await endOf(folder);
        ends[end]++;
        if (end === 'unnoticed') unnoticed.push(what);
        await rm(folder, { recursive: true });
      }
      if (process.env.DAMAGE_ROUNDS !== undefined) process.stdout.write(`${JSON.stringify(ends)}\n`);
      expect(unnoticed).toEqual([]);
      expect(ends.whole).toBeLessThan(ROUNDS);
    },
    30_000 + ROUNDS * 1_000,
  );
});
