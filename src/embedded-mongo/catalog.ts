import { Collection, type ChangeLog } from './collection.js';
import { ID_INDEX, describeIndex, parseIndexDefinition, type IndexDefinition } from './index-definition.js';
import { Journal, type JournalWriteError } from './journal.js';
import { encodeChange, type Change } from './journal-format.js';
import { MongoError } from './mongo-error.js';
import type { StoredRecord } from './stored-record.js';

/** A compaction is worth it when the file is this much longer than what is in it. */
const COMPACT_FACTOR = 2;
const COMPACT_SLACK_BYTES = 32 * 1024 * 1024;

/** All collections of all databases, and the journal that keeps them. */
export class Catalog {
  private readonly databases = new Map<string, Map<string, Collection>>();
  private readonly byId = new Map<number, Collection>();
  private nextCollectionId = 1;
  private journal: Journal;
  /** The size below which a compaction is not tried. */
  private compactAbove = 0;

  private readonly log: ChangeLog = {
    put: (collectionId, recordId, bytes) => { this.write({ kind: 'put', collectionId, recordId, bytes }); },
    remove: (collectionId, recordId) => { this.write({ kind: 'remove', collectionId, recordId }); },
    createIndex: (collectionId, index) => { this.write({ kind: 'createIndex', collectionId, index: describeIndex(index) }); },
    dropIndex: (collectionId, name) => { this.write({ kind: 'dropIndex', collectionId, name }); },
  };

  private constructor() {
    // Built by `open` only.
  }

  /** Reads what a data folder holds. Throws JournalDamagedError. */
  static async open(folder: string, onFailure: (error: JournalWriteError) => void): Promise<Catalog> {
    const catalog = new Catalog();
    const restored = new Map<number, RestoredCollection>();
    catalog.journal = await Journal.open(folder, (change) => { applyTo(restored, change); }, onFailure);
    for (const [id, { database, name, records, indexes }] of restored) {
      const collection = new Collection(id, database, name, catalog.log);
      collection.restore(records, [...indexes.values()]);
      catalog.add(collection);
    }
    return catalog;
  }

  /** Resolves when all changes made so far are on the disk. */
  async committed(): Promise<void> {
    await this.journal.committed();
    this.compactIfWorthwhile();
  }

  /** Throws JournalWriteError once the journal could not be written: what is in memory may not be on the disk. */
  checkWorking(): void {
    this.journal.checkWorking();
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  collection(database: string, name: string): Collection | undefined {
    return this.databases.get(database)?.get(name);
  }

  /** The collection, created when it is missing. */
  ensureCollection(database: string, name: string): Collection {
    return this.collection(database, name) ?? this.createCollection(database, name);
  }

  private createCollection(database: string, name: string): Collection {
    checkNamespace(database, name);
    const collection = new Collection(this.nextCollectionId, database, name, this.log);
    this.write({ kind: 'createCollection', collectionId: collection.id, database, name });
    this.add(collection);
    return collection;
  }

  private add(collection: Collection): void {
    const collections = this.databases.get(collection.database) ?? new Map<string, Collection>();
    collections.set(collection.name, collection);
    this.databases.set(collection.database, collections);
    this.byId.set(collection.id, collection);
    this.nextCollectionId = Math.max(this.nextCollectionId, collection.id + 1);
  }

  dropCollection(collection: Collection): void {
    this.write({ kind: 'dropCollection', collectionId: collection.id });
    this.byId.delete(collection.id);
    const collections = this.databases.get(collection.database);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.databases.delete(collection.database);
  }

  collectionsOf(database: string): readonly Collection[] {
    return [...(this.databases.get(database)?.values() ?? [])];
  }

  databaseNames(): readonly string[] {
    return [...this.databases.keys()];
  }

  allCollections(): readonly Collection[] {
    return [...this.byId.values()];
  }

  private write(change: Change): void {
    this.journal.append(encodeChange(change));
  }

  private compactIfWorthwhile(): void {
    if (this.journal.isCompacting || this.journal.size < this.compactAbove) return;
    const live = this.allCollections().reduce((bytes, { size }) => bytes + size, 0);
    if (this.journal.size > live * COMPACT_FACTOR + COMPACT_SLACK_BYTES) void this.compact();
  }

  /** Rewrites the journal without what was overwritten or removed. */
  async compact(): Promise<void> {
    const done = await this.journal.compact(() => changesOf(this.state()));
    // Without room for a second file there is no point in trying again at once.
    this.compactAbove = done ? 0 : this.journal.size * COMPACT_FACTOR;
  }

  /** A list of what there is now: the bytes of a document are never changed in place. */
  private state(): CollectionState[] {
    return this.allCollections().map((collection) => ({
      collection,
      indexes: collection.indexes.map(({ definition }) => definition),
      records: [...collection.records.values()].map(({ id, bytes }) => ({ id, bytes })),
    }));
  }
}

interface CollectionState {
  readonly collection: Collection;
  readonly indexes: readonly IndexDefinition[];
  readonly records: readonly { readonly id: number; readonly bytes: Buffer }[];
}

function* changesOf(state: readonly CollectionState[]): Generator<Buffer> {
  for (const { collection, indexes, records } of state) {
    const { id: collectionId, database, name } = collection;
    yield encodeChange({ kind: 'createCollection', collectionId, database, name });
    for (const index of indexes) {
      if (index !== ID_INDEX) yield encodeChange({ kind: 'createIndex', collectionId, index: describeIndex(index) });
    }
    for (const { id: recordId, bytes } of records) yield encodeChange({ kind: 'put', collectionId, recordId, bytes });
  }
}

/** What the journal says about a collection; the indexes are built when all is read. */
interface RestoredCollection {
  readonly database: string;
  readonly name: string;
  /** In the order of insertion: a record that is put again stays where it is. */
  readonly records: Map<number, StoredRecord>;
  readonly indexes: Map<string, IndexDefinition>;
}

function applyTo(collections: Map<number, RestoredCollection>, change: Change): void {
  const { collectionId } = change;
  if (change.kind === 'createCollection') {
    const { database, name } = change;
    if (collections.has(collectionId)) throw new Error(`the collection ${collectionId} is created twice`);
    collections.set(collectionId, { database, name, records: new Map(), indexes: new Map() });
    return;
  }
  const collection = collections.get(collectionId);
  if (!collection) throw new Error(`a change of the unknown collection ${collectionId}`);
  switch (change.kind) {
    case 'put':
      putRecord(collection.records, change.recordId, change.bytes);
      return;
    case 'remove':
      collection.records.delete(change.recordId);
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

function putRecord(records: Map<number, StoredRecord>, id: number, bytes: Buffer): void {
  const record = records.get(id);
  if (record) record.bytes = bytes;
  else records.set(id, { id, bytes });
}

function checkNamespace(database: string, name: string): void {
  if (database === '' || /[/\\. "$\0]/.test(database) || database.length > 63) throw new MongoError(73, `Invalid database name: '${database}'`);
  if (name === '' || name.includes('$') || name.includes('\0') || name.startsWith('.') || name.endsWith('.')) {
    throw new MongoError(73, `Invalid collection name: ${name}`);
  }
  if (name.startsWith('system.')) throw new MongoError(73, `Invalid system namespace: ${database}.${name}`);
  if (Buffer.byteLength(`${database}.${name}`) > 255) throw new MongoError(73, `Fully qualified namespace is too long: ${database}.${name}`);
}
