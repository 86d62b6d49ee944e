import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import { parseIndexDefinition, type IndexDefinition } from './index-definition.js';
import { FILE_HEADER, readChange, type Change } from './journal-format.js';
import { StoreDamagedError } from './store-errors.js';

const FILE_NAME = /^journal-(\d{8,})$/;
const ANY_JOURNAL = /^journal-\d{8,}(?:\.new)?$/;
const CHANGES_PER_COMMIT = 2_000;

/** Returns the journal of version 1.0 that is valid: the last, if there are several. */
export function findJournal(names: readonly string[]): string | undefined {
  const generation = (name: string): number => Number(FILE_NAME.exec(name)?.[1]);
  return names
    .filter((name) => FILE_NAME.test(name))
    .sort((a, b) => generation(a) - generation(b))
    .at(-1);
}

/** Removes all journals, including those of unfinished compactions. */
export async function removeJournals(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (ANY_JOURNAL.test(name)) await rm(join(folder, name));
}

/**
 * Copies the content of a journal of version 1.0 into an empty store. Throws StoreDamagedError if the journal is
 * damaged.
 */
export async function convertJournal(folder: string, name: string, catalog: Catalog): Promise<void> {
  const path = join(folder, name);
  const collections = replay(path, await readWhole(path));
  for (const { database, name: collectionName, documents, indexes } of collections) {
    const collection = catalog.ensureCollection(database, collectionName);
    for (const definition of indexes.values()) await catalog.createIndex(collection, definition);
    await insertAll(collection, documents.values());
  }
  await catalog.committed();
}

async function insertAll(collection: Collection, documents: Iterable<Buffer>): Promise<void> {
  let inserted = 0;
  for (const bytes of documents) {
    collection.insert(bytes);
    if (++inserted % CHANGES_PER_COMMIT === 0) await collection.store.committed();
  }
}

/** The state of a collection in the journal. */
interface JournalCollection {
  readonly database: string;
  readonly name: string;
  /** In the order of insertion. A replaced record keeps its place. */
  readonly documents: Map<number, Buffer>;
  readonly indexes: Map<string, IndexDefinition>;
}

/**
 * Returns all collections in their state at the end of the journal. Bytes after its last complete record belong to a
 * write that was never acknowledged.
 */
function replay(path: string, file: Buffer): Iterable<JournalCollection> {
  const collections = new Map<number, JournalCollection>();
  const damaged = (at: number, reason: string): StoreDamagedError =>
    new StoreDamagedError(`The journal ${path}`, reason, { at: ` at byte ${at}` });
  if (!file.subarray(0, FILE_HEADER.length).equals(FILE_HEADER))
    throw damaged(0, 'it does not begin as a journal of version 1.0');
  for (let at = FILE_HEADER.length; at < file.length;) {
    const result = readChange(file, at);
    if (result.kind === 'torn') break;
    if (result.kind === 'damaged') throw damaged(at, result.reason);
    try {
      applyTo(collections, result.change);
    } catch (error) {
      throw damaged(at, error instanceof Error ? error.message : String(error));
    }
    at = result.end;
  }
  return collections.values();
}

function applyTo(collections: Map<number, JournalCollection>, change: Change): void {
  const { collectionId } = change;
  if (change.kind === 'createCollection') {
    const { database, name } = change;
    if (collections.has(collectionId)) throw new Error(`the collection ${collectionId} is created twice`);
    collections.set(collectionId, { database, name, documents: new Map(), indexes: new Map() });
    return;
  }
  const collection = collections.get(collectionId);
  if (!collection) throw new Error(`a change of the unknown collection ${collectionId}`);
  switch (change.kind) {
    case 'put':
      collection.documents.set(change.recordId, change.bytes);
      return;
    case 'remove':
      collection.documents.delete(change.recordId);
      return;
    case 'dropCollection':
      collections.delete(collectionId);
      return;
    case 'createIndex':
      collection.indexes.set(String(change.index.name), parseIndexDefinition(change.index));
      return;
    case 'dropIndex':
      collection.indexes.delete(change.name);
  }
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(size - at, 1 << 28), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    await file.close();
  }
}
