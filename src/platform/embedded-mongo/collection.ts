import type { Doc } from './bson-values.js';
import type { CollectionIndex } from './collection-index.js';
import { CHECKSUM_RANGE, encodeCounters, type Counters } from './counters.js';
import { changedFields } from './field-changes.js';
import { FieldReader } from './field-reader.js';
import type { Lru } from './lru.js';
import type { Scan } from './scan.js';
import { DamagedDataError } from './store-errors.js';
import type { Store } from './store.js';
import { documentSpace, idKey, SPACES, uint32 } from './store-keys.js';
import { bytesOf, checksumOf, encodeStored, isIntact } from './stored-document.js';

/** What a collection shares with the other collections. */
export interface CollectionHome {
  readonly store: Store;
  /** Recently read documents in their current state, by their whole key. */
  readonly hotDocuments: Lru<Buffer>;
  /** Called when an index has become multikey, so that the catalog stores it. */
  readonly onMultikey: () => void;
}

const HOT_DOCUMENT_OVERHEAD_BYTES = 300;

/**
 * A collection: its documents in the order of insertion, and its indexes. Each change is one synchronous step. It is
 * made completely or, if it throws, not at all.
 */
export class Collection {
  readonly space: string;
  readonly namespace: string;
  /** Whether the counters have changed since they were last written. */
  private hasNewCounters = true;
  /** A dropped collection has no documents and accepts none. */
  isDropped = false;
  private allIndexes: readonly CollectionIndex[] = [];
  private readyIndexes: readonly CollectionIndex[] = [];
  private reader = new FieldReader([]);

  constructor(
    readonly id: number,
    readonly database: string,
    readonly name: string,
    private readonly counters: Counters,
    private readonly home: CollectionHome,
  ) {
    this.namespace = `${database}.${name}`;
    this.space = documentSpace(id);
  }

  get store(): Store {
    return this.home.store;
  }

  /** The number of documents. */
  get size(): number {
    return this.isDropped ? 0 : this.counters.documents;
  }

  /** The total size of all documents. */
  get bytes(): number {
    return this.counters.bytes;
  }

  get sums(): Readonly<Counters> {
    return this.counters;
  }

  /** The indexes that queries may use. */
  get indexes(): readonly CollectionIndex[] {
    return this.readyIndexes;
  }

  index(name: string): CollectionIndex | undefined {
    return this.readyIndexes.find((index) => index.name === name);
  }

  /** Adds an index. While it is being built (not ready), it receives all changes, but queries do not use it. */
  addIndex(index: CollectionIndex, isReady: boolean): void {
    this.allIndexes = [...this.allIndexes.filter((other) => other !== index), index];
    if (isReady) this.readyIndexes = [...this.readyIndexes, index];
    this.reader = new FieldReader(this.allIndexes.flatMap(({ fields }) => fields));
  }

  removeIndex(index: CollectionIndex): void {
    this.allIndexes = this.allIndexes.filter((other) => other !== index);
    this.readyIndexes = this.readyIndexes.filter((other) => other !== index);
  }

  isBuilding(space: string): boolean {
    return this.allIndexes.some((index) => index.space === space && !this.readyIndexes.includes(index));
  }

  /** Reads the fields of a document that one index, or all indexes, need. */
  indexedFields(bytes: Buffer, index?: CollectionIndex): Doc {
    return (index?.reader ?? this.reader).read(bytes);
  }

  /** Returns the current document, or undefined if it was removed. Throws DamagedDataError if it is damaged. */
  read(recordId: number): Buffer | undefined {
    const value = this.readStored(recordId);
    return value && bytesOf(value);
  }

  private readStored(recordId: number): Buffer | undefined {
    if (this.isDropped) return undefined;
    const key = idKey(recordId);
    const whole = this.space + key;
    const hot = this.home.hotDocuments.get(whole);
    if (hot) return hot;
    const value = this.store.get(this.space, key);
    if (!value) return undefined;
    this.intactBytes(recordId, value);
    this.keepHot(whole, value);
    return value;
  }

  /** Returns the document in a stored value. Throws DamagedDataError if it does not match its checksum. */
  intactBytes(recordId: number, value: Buffer): Buffer {
    if (!isIntact(this.id, recordId, value)) throw this.damage(`document ${recordId} does not match its checksum`);
    return bytesOf(value);
  }

  damage(reason: string): DamagedDataError {
    return new DamagedDataError(this.namespace, reason);
  }

  private keepHot(whole: string, value: Buffer): void {
    this.home.hotDocuments.set(whole, value, value.length + HOT_DOCUMENT_OVERHEAD_BYTES);
  }

  /** Inserts a valid document. `fields` are the fields that the indexes need. Throws E11000 if a key is taken. */
  insert(bytes: Buffer, fields = this.indexedFields(bytes)): void {
    const entries = this.allIndexes.map((index) => ({ index, ...this.keysFor(index, fields) }));
    for (const { index, keys } of entries) index.checkUnique(keys, fields, undefined);
    const recordId = this.counters.nextRecordId;
    const value = encodeStored(this.id, recordId, bytes);
    this.counters.nextRecordId++;
    for (const { index, keys } of entries) index.add(keys, recordId);
    this.put(recordId, value);
    this.count(1, bytes.length, checksumOf(value));
  }

  /** Replaces a document. `before` is what `read` returned in the same step. Throws E11000 if a key is taken. */
  replace(recordId: number, before: Buffer, after: Buffer): void {
    const old = this.readStored(recordId);
    if (!old) throw new Error('a document to be replaced is not there');
    const changed = changedFields(before, after);
    const affected = this.allIndexes.filter((index) => index.fields.some((field) => changed.has(field)));
    if (affected.length > 0)
      this.moveEntries(recordId, affected, this.indexedFields(before), this.indexedFields(after));
    const value = encodeStored(this.id, recordId, after);
    this.put(recordId, value);
    this.count(0, after.length - before.length, checksumOf(value) - checksumOf(old));
  }

  private moveEntries(recordId: number, indexes: readonly CollectionIndex[], before: Doc, after: Doc): void {
    const moves = indexes.map((index) => {
      const [old, keys] = [index.keysFor(before).keys, this.keysFor(index, after).keys];
      return {
        index,
        removed: old.filter((key) => !keys.includes(key)),
        added: keys.filter((key) => !old.includes(key)),
      };
    });
    for (const { index, added } of moves) index.checkUnique(added, after, recordId);
    for (const { index, removed, added } of moves) {
      index.remove(removed, recordId);
      index.add(added, recordId);
    }
  }

  private keysFor(index: CollectionIndex, fields: Doc): { keys: readonly string[] } {
    const { keys, throughArray } = index.keysFor(fields);
    if (throughArray && !index.isMultikey) {
      index.isMultikey = true;
      this.home.onMultikey();
    }
    return { keys };
  }

  remove(recordId: number): void {
    const old = this.readStored(recordId);
    if (!old) return;
    const fields = this.indexedFields(bytesOf(old));
    for (const index of this.allIndexes) index.remove(index.keysFor(fields).keys, recordId);
    this.home.hotDocuments.delete(this.space + idKey(recordId));
    this.store.remove(this.space, idKey(recordId));
    this.count(-1, -bytesOf(old).length, -checksumOf(old));
  }

  /** Adds a document to an index that is being built. Throws E11000 if a key is taken. */
  enterInto(index: CollectionIndex, recordId: number): void {
    const bytes = this.read(recordId);
    if (!bytes) return;
    const fields = this.indexedFields(bytes);
    const { keys } = this.keysFor(index, fields);
    index.checkUnique(keys, fields, recordId);
    index.add(keys, recordId);
  }

  private put(recordId: number, value: Buffer): void {
    const key = idKey(recordId);
    this.store.put(this.space, key, value);
    // Caches only documents that have been read, because most inserted documents are never read again.
    const whole = this.space + key;
    if (this.home.hotDocuments.has(whole)) this.keepHot(whole, value);
  }

  private count(documents: number, bytes: number, checksum: number): void {
    this.counters.documents += documents;
    this.counters.bytes += bytes;
    this.counters.checksums = (this.counters.checksums + checksum + CHECKSUM_RANGE) % CHECKSUM_RANGE;
    this.hasNewCounters = true;
  }

  /** Adds the counters, if they have changed, to the group that is about to be written. */
  saveCounters(): void {
    if (!this.hasNewCounters || this.isDropped) return;
    this.hasNewCounters = false;
    this.store.put(SPACES.counters, uint32(this.id), encodeCounters(this.id, this.counters));
  }

  /** Reads all documents in the order of insertion, or in the reverse order. */
  scan(reverse = false): Scan {
    return this.store.scanAll(this.space, { reverse });
  }
}
