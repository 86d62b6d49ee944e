import { ObjectId } from 'bson';
import btree from 'sorted-btree';
import bulk from 'sorted-btree/extended/bulkLoad.js';
import { isDoc, type Doc } from './bson-values.js';
import { FieldReader } from './field-reader.js';
import { parseFilter, type Filter } from './filter.js';
import { keysOf, type KeyPattern } from './index-keys.js';
import type { IndexDefinition } from './index-definition.js';
import { indexEntry, RECORD_ID_LENGTH, recordIdOf } from './key-string.js';
import { compile, fieldsOf, type Matcher } from './matcher.js';
import { MongoError } from './mongo-error.js';
import { visitPath } from './paths.js';
import type { StoredRecord } from './stored-record.js';

const { default: BTree } = btree;
const NODE_SIZE = 64;
const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One index of a collection: the records in the order of their keys. */
export class CollectionIndex {
  private tree = new BTree<string, StoredRecord>(undefined, compareKeys, NODE_SIZE);
  /** Which documents a partial index holds. */
  readonly partialFilter: Filter | undefined;
  private readonly includes: Matcher;
  /** Reads what the index needs of a document. */
  private readonly reader: FieldReader;
  /** True once a document was indexed under a field that is, or leads through, an array. */
  isMultikey = false;

  constructor(
    readonly definition: IndexDefinition,
    private readonly namespace: string,
  ) {
    const { partialFilterExpression, sparse, pattern } = definition;
    this.partialFilter = partialFilterExpression && parseFilter(partialFilterExpression);
    const filteredBy = this.partialFilter ? (fieldsOf(this.partialFilter) ?? []) : [];
    this.reader = new FieldReader([...pattern.map(({ parts }) => parts[0] ?? ''), ...filteredBy]);
    if (this.partialFilter) this.includes = compile(this.partialFilter);
    else if (sparse) this.includes = (doc) => pattern.some(({ parts }) => visitPath(doc, parts, (value) => value !== undefined));
    else this.includes = () => true;
  }

  get name(): string {
    return this.definition.name;
  }

  get pattern(): KeyPattern {
    return this.definition.pattern;
  }

  get size(): number {
    return this.tree.size;
  }

  /** The keys under which a document belongs into this index. */
  keysFor(doc: Doc): readonly string[] {
    if (!this.includes(doc)) return [];
    const { keys, throughArray } = keysOf(doc, this.pattern);
    this.isMultikey ||= throughArray;
    return keys;
  }

  /** Throws E11000 when another record holds one of the keys already. */
  checkUnique(keys: readonly string[], doc: Doc, self: StoredRecord | undefined): void {
    if (!this.definition.unique) return;
    for (const key of keys) {
      const taken = this.tree.nextHigherPair(key);
      if (taken && taken[1] !== self && taken[0].startsWith(key) && taken[0].length === key.length + RECORD_ID_LENGTH) {
        throw this.duplicate(doc);
      }
    }
  }

  private duplicate(doc: Doc): MongoError {
    const keyValue = Object.fromEntries(this.pattern.map(({ path, parts }) => [path, duplicateValue(doc, parts)]));
    const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${show(value)}`).join(', ');
    return new MongoError(11000, `E11000 duplicate key error collection: ${this.namespace} index: ${this.name} dup key: { ${shown} }`, {
      keyPattern: this.definition.key,
      keyValue,
    });
  }

  add(keys: readonly string[], record: StoredRecord): void {
    for (const key of keys) this.tree.set(indexEntry(key, record.id), record);
  }

  remove(keys: readonly string[], record: StoredRecord): void {
    for (const key of keys) this.tree.delete(indexEntry(key, record.id));
  }

  /** Fills an empty index at once; much faster than adding one by one. Throws E11000 when the documents are not unique. */
  load(records: ReadonlyMap<number, StoredRecord>): void {
    const entries: string[] = [];
    for (const { id, bytes } of records.values()) {
      for (const key of this.keysFor(this.reader.read(bytes))) entries.push(indexEntry(key, id));
    }
    // Without a function it compares code units, which are the bytes of a key, and is faster.
    entries.sort();
    const loaded = entries.flatMap((entry) => records.get(recordIdOf(entry)) ?? []);
    if (this.definition.unique) this.checkEntriesUnique(entries, loaded);
    this.tree = bulk.bulkLoad(entries, loaded, NODE_SIZE, compareKeys, 0.8);
  }

  private checkEntriesUnique(entries: readonly string[], records: readonly StoredRecord[]): void {
    let previous: string | undefined;
    for (const [i, entry] of entries.entries()) {
      const key = entry.slice(0, -RECORD_ID_LENGTH);
      const record = records[i];
      if (key === previous && record) throw this.duplicate(this.reader.read(record.bytes));
      previous = key;
    }
  }

  /** The keys in `[low, high)` with their records, in order or in reverse. Not to be changed meanwhile. */
  *scan(low: string, high: string, reverse: boolean): Generator<[string, StoredRecord], undefined> {
    if (reverse) {
      for (const entry of this.tree.entriesReversed(high, undefined, true)) {
        if (entry[0] < low) return;
        yield entry;
      }
    } else {
      for (const entry of this.tree.entries(low)) {
        if (entry[0] >= high) return;
        yield entry;
      }
    }
  }
}

/** The value that the message of E11000 shows: what is at the path, or the first of several. */
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
  if (isDoc(value)) return `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${show(inner)}`).join(', ')} }`;
  return String(value);
}
