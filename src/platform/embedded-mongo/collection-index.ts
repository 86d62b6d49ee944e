import { ObjectId } from 'bson';
import { isDoc, type Doc } from './bson-values.js';
import { FieldReader } from './field-reader.js';
import { parseFilter, type Filter } from './filter.js';
import { keysOf, type KeyPattern } from './index-keys.js';
import type { IndexDefinition } from './index-definition.js';
import { Lru } from './lru.js';
import { compile, fieldsOf, type Matcher } from './matcher.js';
import { MongoError } from './mongo-error.js';
import { visitPath } from './paths.js';
import type { KeyRange, Scan } from './scan.js';
import type { Store } from './store.js';
import { ID_BYTES, idAtEnd, idKey, indexSpace, toBuffer } from './store-keys.js';

/** Where an index belongs and where it is stored. */
export interface IndexHome {
  readonly collectionId: number;
  readonly namespace: string;
  readonly store: Store;
}

/**
 * Cache size of the records of recently used keys, for an index that is not unique; repeated look-ups need no search.
 */
const HOT_KEYS_BYTES = 512 * 1024;
const HOT_KEY_OVERHEAD_BYTES = 200;
/** One byte, because `classic-level` 3.0 never frees the memory that it allocates for an empty value. */
const NO_VALUE = Buffer.alloc(1);

/**
 * An index of a collection. A unique index maps each key to one record; other indexes end their keys with the record.
 */
export class CollectionIndex {
  readonly space: string;
  /** The documents that a partial index contains. */
  readonly partialFilter: Filter | undefined;
  /** The top-level fields that determine the keys of a document. */
  readonly fields: readonly string[];
  readonly reader: FieldReader;
  private readonly includes: Matcher;
  private readonly hotKeys = new Lru<readonly number[]>(HOT_KEYS_BYTES);
  /** The running look-ups whose keys have not changed since they started. */
  private readonly lookedUp = new Map<string, LookUp>();

  constructor(
    readonly id: number,
    readonly definition: IndexDefinition,
    private readonly home: IndexHome,
    /** True after a document was indexed whose field, or whose path to the field, has an array. */
    public isMultikey: boolean,
  ) {
    const { partialFilterExpression, sparse, pattern } = definition;
    this.space = indexSpace(home.collectionId, id);
    this.partialFilter = partialFilterExpression && parseFilter(partialFilterExpression);
    const filteredBy = this.partialFilter ? (fieldsOf(this.partialFilter) ?? []) : [];
    this.fields = [...new Set([...pattern.map(({ parts }) => parts[0] ?? ''), ...filteredBy])];
    this.reader = new FieldReader(this.fields);
    if (this.partialFilter) this.includes = compile(this.partialFilter);
    else if (sparse)
      this.includes = (doc) => pattern.some(({ parts }) => visitPath(doc, parts, (value) => value !== undefined));
    else this.includes = () => true;
  }

  get name(): string {
    return this.definition.name;
  }

  get pattern(): KeyPattern {
    return this.definition.pattern;
  }

  get isUnique(): boolean {
    return this.definition.unique;
  }

  /** Returns the keys of a document in this index. Reads only `fields` of the document. */
  keysFor(doc: Doc): { readonly keys: readonly string[]; readonly throughArray: boolean } {
    return this.includes(doc) ? keysOf(doc, this.pattern) : NOT_INCLUDED;
  }

  /** Throws E11000 if another record already has one of the keys. */
  checkUnique(keys: readonly string[], doc: Doc, recordId: number | undefined): void {
    if (!this.isUnique) return;
    for (const key of keys) {
      const taken = this.home.store.get(this.space, key);
      if (taken && taken.readUIntBE(0, ID_BYTES) !== recordId) throw this.duplicate(doc);
    }
  }

  private duplicate(doc: Doc): MongoError {
    const keyValue = Object.fromEntries(this.pattern.map(({ path, parts }) => [path, duplicateValue(doc, parts)]));
    const shown = Object.entries(keyValue)
      .map(([path, value]) => `${path}: ${show(value)}`)
      .join(', ');
    return new MongoError(
      11000,
      `E11000 duplicate key error collection: ${this.home.namespace} index: ${this.name} dup key: { ${shown} }`,
      {
        keyPattern: this.definition.key,
        keyValue,
      },
    );
  }

  /** Returns the stored key of the entry that maps `key` to a record. */
  entryKey(key: string, recordId: number): string {
    return this.isUnique ? key : key + idKey(recordId);
  }

  add(keys: readonly string[], recordId: number): void {
    const value = this.isUnique ? toBuffer(idKey(recordId)) : NO_VALUE;
    for (const key of keys) {
      this.home.store.put(this.space, this.entryKey(key, recordId), value);
      this.forget(key);
    }
  }

  remove(keys: readonly string[], recordId: number): void {
    for (const key of keys) {
      this.home.store.remove(this.space, this.entryKey(key, recordId));
      this.forget(key);
    }
  }

  private forget(key: string): void {
    if (this.isUnique) return;
    this.hotKeys.delete(key);
    this.lookedUp.delete(key);
  }

  /** Whether the entry exists now. */
  hasEntry(key: string, recordId: number): boolean {
    const value = this.home.store.get(this.space, this.entryKey(key, recordId));
    return value !== undefined && (!this.isUnique || value.readUIntBE(0, ID_BYTES) === recordId);
  }

  /** Returns the key and the record of a scanned entry. */
  readEntry(entry: { readonly key: string; readonly value: Buffer }): { key: string; recordId: number } {
    if (this.isUnique)
      return { key: entry.key, recordId: entry.value.length === ID_BYTES ? entry.value.readUIntBE(0, ID_BYTES) : 0 };
    return { key: entry.key.slice(0, -ID_BYTES), recordId: idAtEnd(entry.key) };
  }

  /** Returns the records of a key, or undefined if that needs a search. */
  recordsOf(key: string): readonly number[] | undefined {
    if (!this.isUnique) return this.hotKeys.get(key);
    const value = this.home.store.get(this.space, key);
    return value ? [value.readUIntBE(0, ID_BYTES)] : [];
  }

  /** Starts a search for the records of a key. Pass the result to `endLookUp`. */
  startLookUp(key: string): LookUp {
    let lookUp = this.lookedUp.get(key);
    if (!lookUp) this.lookedUp.set(key, (lookUp = { key }));
    return lookUp;
  }

  /**
   * Ends a search. Caches its records unless a write changed them meanwhile. Pass undefined if it was not finished.
   */
  endLookUp(lookUp: LookUp, records: readonly number[] | undefined): void {
    const { key } = lookUp;
    if (this.lookedUp.get(key) !== lookUp) return;
    this.lookedUp.delete(key);
    if (records) this.hotKeys.set(key, records, key.length + records.length * 8 + HOT_KEY_OVERHEAD_BYTES);
  }

  scan(ranges: readonly KeyRange[], reverse: boolean): Scan {
    return this.home.store.scan(this.space, ranges, { reverse, values: this.isUnique });
  }
}

/** A search for the records of a key. */
export interface LookUp {
  readonly key: string;
}

const NOT_INCLUDED = { keys: [], throughArray: false } as const;

/** The value for the message of E11000: the value at the path, or the first of several. */
function duplicateValue(doc: Doc, path: readonly string[]): unknown {
  let found: unknown;
  visitPath(doc, path, (value) => {
    found = value;
    return value !== undefined;
  });
  return found ?? null;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (isDoc(value))
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${show(inner)}`)
      .join(', ')} }`;
  return String(value);
}
