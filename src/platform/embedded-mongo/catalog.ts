import {
  CATALOG_FORMAT,
  decodeCatalog,
  encodeCatalog,
  type CatalogRecord,
  type CollectionRecord,
} from './catalog-record.js';
import { Collection } from './collection.js';
import { CollectionIndex } from './collection-index.js';
import { decodeCounters, noCounters, type Counters } from './counters.js';
import { buildIndex } from './index-build.js';
import {
  describeIndex,
  existsAlready,
  ID_INDEX,
  parseIndexDefinition,
  type IndexDefinition,
} from './index-definition.js';
import { Lru } from './lru.js';
import { MongoError } from './mongo-error.js';
import { IndexNotFound } from './namespace-errors.js';
import { StoreDamagedError } from './store-errors.js';
import type { Store } from './store.js';
import { documentSpace, indexSpace, SPACES, uint32 } from './store-keys.js';

const HOT_DOCUMENTS_BYTES = 16 * 1024 * 1024;

/** All collections of all databases, in one store. */
export class Catalog {
  private readonly databases = new Map<string, Map<string, Collection>>();
  private readonly byId = new Map<number, Collection>();
  private readonly nextIndexIds = new Map<Collection, number>();
  private nextCollectionId = 1;
  private readonly garbage = new Set<string>();
  private readonly hotDocuments = new Lru<Buffer>(HOT_DOCUMENTS_BYTES);
  private changing: Promise<unknown> = Promise.resolve();
  private clearing: Promise<void> | undefined;
  private isClosing = false;

  /** `convertedFrom` is the journal of version 1.0 that the store was converted from, while it may still exist. */
  private constructor(
    readonly store: Store,
    public convertedFrom: string,
  ) {
    store.beforeCommit = () => {
      for (const collection of this.byId.values()) collection.saveCounters();
    };
  }

  /** Creates the catalog of an empty store. */
  static async create(store: Store, convertedFrom = ''): Promise<Catalog> {
    const catalog = new Catalog(store, convertedFrom);
    catalog.save();
    await store.committed();
    return catalog;
  }

  /** Reads the catalog of a store. Throws StoreDamagedError if it is missing, damaged or of another format. */
  static open(store: Store, where: string): Catalog {
    const value = store.get(SPACES.catalog, '');
    const record = value && decodeCatalog(value);
    if (!record)
      throw new StoreDamagedError(where, value ? 'the catalog does not match its checksum' : 'the catalog is missing');
    if (record.format !== CATALOG_FORMAT)
      throw new StoreDamagedError(where, `its format is ${record.format}; this version reads ${CATALOG_FORMAT}`);
    const catalog = new Catalog(store, record.convertedFrom);
    catalog.nextCollectionId = record.nextCollectionId;
    for (const space of record.garbage) catalog.garbage.add(space);
    for (const described of record.collections) catalog.restore(described, where);
    return catalog;
  }

  private restore({ id, database, name, nextIndexId, indexes }: CollectionRecord, where: string): void {
    const value = this.store.get(SPACES.counters, uint32(id));
    const counters = value && decodeCounters(id, value);
    if (!counters)
      throw new StoreDamagedError(where, `the counters of ${database}.${name} are ${value ? 'damaged' : 'missing'}`);
    const collection = this.makeCollection(id, database, name, counters);
    for (const { id: indexId, definition, isMultikey } of indexes)
      this.makeIndex(collection, indexId, parseIndexDefinition(definition), isMultikey, true);
    this.nextIndexIds.set(collection, nextIndexId);
    this.add(collection);
  }

  private makeCollection(id: number, database: string, name: string, counters: Counters): Collection {
    return new Collection(id, database, name, counters, {
      store: this.store,
      hotDocuments: this.hotDocuments,
      onMultikey: () => {
        this.save();
      },
    });
  }

  private makeIndex(
    collection: Collection,
    id: number,
    definition: IndexDefinition,
    isMultikey: boolean,
    isReady: boolean,
  ): CollectionIndex {
    const index = new CollectionIndex(
      id,
      definition,
      { collectionId: collection.id, namespace: collection.namespace, store: this.store },
      isMultikey,
    );
    collection.addIndex(index, isReady);
    return index;
  }

  /** Adds the current catalog to the group of changes. */
  private save(): void {
    const record: CatalogRecord = {
      format: CATALOG_FORMAT,
      nextCollectionId: this.nextCollectionId,
      collections: this.allCollections().map((collection) => ({
        id: collection.id,
        database: collection.database,
        name: collection.name,
        nextIndexId: this.nextIndexIds.get(collection) ?? 1,
        indexes: collection.indexes.map(({ id, isMultikey, definition }) => ({
          id,
          isMultikey,
          definition: describeIndex(definition),
        })),
      })),
      garbage: [...this.garbage],
      convertedFrom: this.convertedFrom,
    };
    this.store.put(SPACES.catalog, '', encodeCatalog(record));
  }

  /** Resolves when all changes made so far are on the disk. */
  committed(): Promise<void> {
    return this.store.committed();
  }

  /** Throws StoreWriteError if a write of the store has failed: data in memory may not be on the disk then. */
  checkWorking(): void {
    this.store.checkWorking();
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.clearing;
    await this.store.close();
  }

  collection(database: string, name: string): Collection | undefined {
    return this.databases.get(database)?.get(name);
  }

  /** Returns the collection; creates it if it is missing. */
  ensureCollection(database: string, name: string): Collection {
    return this.collection(database, name) ?? this.createCollection(database, name);
  }

  private createCollection(database: string, name: string): Collection {
    checkNamespace(database, name);
    const collection = this.makeCollection(this.nextCollectionId++, database, name, noCounters());
    this.makeIndex(collection, 1, ID_INDEX, false, true);
    this.nextIndexIds.set(collection, 2);
    this.add(collection);
    this.save();
    return collection;
  }

  private add(collection: Collection): void {
    const collections = this.databases.get(collection.database) ?? new Map<string, Collection>();
    collections.set(collection.name, collection);
    this.databases.set(collection.database, collections);
    this.byId.set(collection.id, collection);
  }

  dropCollection(collection: Collection): void {
    if (collection.isDropped) return;
    collection.isDropped = true;
    this.byId.delete(collection.id);
    this.nextIndexIds.delete(collection);
    const collections = this.databases.get(collection.database);
    collections?.delete(collection.name);
    if (collections?.size === 0) this.databases.delete(collection.database);
    this.store.remove(SPACES.counters, uint32(collection.id));
    for (const space of [documentSpace(collection.id), ...collection.indexes.map((index) => index.space)])
      this.garbage.add(space);
    this.save();
    this.clearGarbage();
  }

  /** Resolves with false if the index exists already. Rejects with E11000 if the documents violate its uniqueness. */
  createIndex(collection: Collection, definition: IndexDefinition): Promise<boolean> {
    return this.runInOrder(async () => {
      if (
        existsAlready(
          collection.indexes.map((index) => index.definition),
          definition,
        )
      )
        return false;
      const id = this.nextIndexIds.get(collection) ?? 1;
      this.nextIndexIds.set(collection, id + 1);
      const index = this.makeIndex(collection, id, definition, false, collection.size === 0);
      if (collection.size > 0) await this.build(collection, index);
      this.save();
      return true;
    });
  }

  /** The index counts as garbage until it is complete, so that the next start removes it after a crash. */
  private async build(collection: Collection, index: CollectionIndex): Promise<void> {
    const space = indexSpace(collection.id, index.id);
    this.garbage.add(space);
    this.save();
    try {
      await buildIndex(collection, index);
      if (collection.isDropped) throw new MongoError(26, `the collection ${collection.namespace} was dropped`);
    } catch (error) {
      collection.removeIndex(index);
      this.clearGarbage();
      throw error;
    }
    this.garbage.delete(space);
    collection.addIndex(index, true);
  }

  /** Rejects with 27 if there is no such index. */
  dropIndex(collection: Collection, name: string): Promise<void> {
    return this.runInOrder(() => {
      const index = collection.index(name);
      if (!index) throw new IndexNotFound(name);
      collection.removeIndex(index);
      this.garbage.add(index.space);
      this.save();
      this.clearGarbage();
    });
  }

  /** Runs the actions that create and drop indexes one after the other. */
  private runInOrder<T>(action: () => T | Promise<T>): Promise<T> {
    const done = this.changing.then(action);
    this.changing = done.catch(() => undefined);
    return done;
  }

  /** Starts to remove the data of dropped collections and indexes, in the background. */
  clearGarbage(): void {
    if (this.garbage.size === 0) return;
    // The next write reports a failed store, and the next start removes the rest.
    this.clearing ??= this.clear()
      .catch(() => undefined)
      .finally(() => {
        this.clearing = undefined;
      });
  }

  private async clear(): Promise<void> {
    for (let spaces = this.clearable(); spaces.length > 0; spaces = this.clearable()) {
      await this.store.committed();
      for (const space of spaces) {
        while (!this.isClosing && (await this.store.clearSome(space)));
        if (this.isClosing) return;
        this.garbage.delete(space);
      }
      this.save();
    }
    await this.store.committed();
  }

  private clearable(): string[] {
    return [...this.garbage].filter((space) => !this.isBuilding(space));
  }

  private isBuilding(space: string): boolean {
    return this.allCollections().some((collection) => collection.isBuilding(space));
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

  /** Records that the journal of version 1.0 was removed; if one appears later, this store was not made from it. */
  async forgetConversion(): Promise<void> {
    this.convertedFrom = '';
    this.save();
    await this.committed();
  }

  /** The spaces whose content is to be removed. */
  garbageSpaces(): readonly string[] {
    return [...this.garbage];
  }
}

function checkNamespace(database: string, name: string): void {
  if (database === '' || /[/\\. "$\0]/.test(database) || database.length > 63)
    throw new MongoError(73, `Invalid database name: '${database}'`);
  if (name === '' || name.includes('$') || name.includes('\0') || name.startsWith('.') || name.endsWith('.')) {
    throw new MongoError(73, `Invalid collection name: ${name}`);
  }
  if (name.startsWith('system.')) throw new MongoError(73, `Invalid system namespace: ${database}.${name}`);
  if (Buffer.byteLength(`${database}.${name}`) > 255)
    throw new MongoError(73, `Fully qualified namespace is too long: ${database}.${name}`);
}
