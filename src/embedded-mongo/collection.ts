import type { Doc } from './bson-values.js';
import { CollectionIndex } from './collection-index.js';
import { decode } from './document.js';
import { ID_INDEX, existsAlready, type IndexDefinition } from './index-definition.js';
import { IndexNotFound } from './namespace-errors.js';
import type { StoredRecord } from './stored-record.js';

/** Where a collection writes down its changes before they are acknowledged. */
export interface ChangeLog {
  put(collectionId: number, recordId: number, bytes: Buffer): void;
  remove(collectionId: number, recordId: number): void;
  createIndex(collectionId: number, index: IndexDefinition): void;
  dropIndex(collectionId: number, name: string): void;
}

/**
 * One collection: its records in the order of insertion, and its indexes. Each change is applied whole or, when it
 * throws, not at all; then it is handed to the log.
 */
export class Collection {
  private recordsById = new Map<number, StoredRecord>();
  private readonly indexesByName = new Map<string, CollectionIndex>();
  private nextRecordId = 1;
  /** The bytes of all documents. */
  size = 0;

  constructor(
    readonly id: number,
    readonly database: string,
    readonly name: string,
    private readonly log: ChangeLog,
  ) {
    this.indexesByName.set(ID_INDEX.name, new CollectionIndex(ID_INDEX, this.namespace));
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  /** In the order of insertion. */
  get records(): ReadonlyMap<number, StoredRecord> {
    return this.recordsById;
  }

  get indexes(): readonly CollectionIndex[] {
    return [...this.indexesByName.values()];
  }

  index(name: string): CollectionIndex | undefined {
    return this.indexesByName.get(name);
  }

  insert(doc: Doc, bytes: Buffer): void {
    const entries = this.indexes.map((index) => ({ index, keys: index.keysFor(doc) }));
    for (const { index, keys } of entries) index.checkUnique(keys, doc, undefined);
    const record: StoredRecord = { id: this.nextRecordId++, bytes };
    for (const { index, keys } of entries) index.add(keys, record);
    this.recordsById.set(record.id, record);
    this.size += bytes.length;
    this.log.put(this.id, record.id, bytes);
  }

  replace(record: StoredRecord, before: Doc, after: Doc, bytes: Buffer): void {
    const entries = this.indexes.map((index) => ({ index, old: index.keysFor(before), keys: index.keysFor(after) }));
    const changed = entries.filter(({ old, keys }) => old.length !== keys.length || old.some((key, i) => key !== keys[i]));
    for (const { index, keys } of changed) index.checkUnique(keys, after, record);
    for (const { index, old, keys } of changed) {
      index.remove(old, record);
      index.add(keys, record);
    }
    this.size += bytes.length - record.bytes.length;
    record.bytes = bytes;
    this.log.put(this.id, record.id, bytes);
  }

  remove(record: StoredRecord): void {
    const doc = decode(record.bytes);
    for (const index of this.indexes) index.remove(index.keysFor(doc), record);
    this.recordsById.delete(record.id);
    this.size -= record.bytes.length;
    this.log.remove(this.id, record.id);
  }

  /** False when the index existed already. */
  createIndex(definition: IndexDefinition): boolean {
    if (existsAlready(this.indexes.map((index) => index.definition), definition)) return false;
    const index = new CollectionIndex(definition, this.namespace);
    index.load(this.records);
    this.indexesByName.set(definition.name, index);
    this.log.createIndex(this.id, definition);
    return true;
  }

  dropIndex(name: string): void {
    if (!this.indexesByName.delete(name)) throw new IndexNotFound(name);
    this.log.dropIndex(this.id, name);
  }

  /** Takes over what the journal held, in the order of insertion, and builds the indexes of it. */
  restore(records: Map<number, StoredRecord>, definitions: readonly IndexDefinition[]): void {
    this.recordsById = records;
    for (const { id, bytes } of records.values()) {
      this.size += bytes.length;
      this.nextRecordId = id + 1;
    }
    for (const definition of definitions) this.indexesByName.set(definition.name, new CollectionIndex(definition, this.namespace));
    for (const index of this.indexes) index.load(this.records);
  }
}
