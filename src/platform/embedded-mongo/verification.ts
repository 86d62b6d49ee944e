import type { Doc } from './bson-values.js';
import type { Catalog } from './catalog.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { CHECKSUM_RANGE, noCounters, type Counters } from './counters.js';
import { checkStorable } from './document.js';
import type { Entry } from './scan.js';
import { reasonOf } from './store-errors.js';
import type { Store } from './store.js';
import { documentSpace, ID_BYTES, idAtEnd, SPACES, uint32, uint32At } from './store-keys.js';
import { bytesOf, checksumOf, isIntact } from './stored-document.js';

/** What was checked. */
export interface Verified {
  documents: number;
  entries: number;
  commits: number;
  findings: number;
}

const PORTION_SIZE = 1_000;
const DOCUMENT_KEY_BYTES = 1 + 4 + ID_BYTES;
const ENTRY_SPACE_BYTES = 1 + 4 + 4;

/**
 * Checks everything in a store: each document, that every index has the document's keys, that each index entry leads
 * to such a document, and the counters. Reads the store once from start to end, and every key once more by itself,
 * which LevelDB does in a different way.
 */
export async function verify(catalog: Catalog, report: (finding: string) => void): Promise<Verified> {
  const verification = new Verification(catalog, report);
  await verification.run();
  return verification.verified;
}

class Verification {
  readonly verified: Verified = { documents: 0, entries: 0, commits: 0, findings: 0 };
  private readonly store: Store;
  private readonly garbage: ReadonlySet<string>;
  private readonly collections: ReadonlyMap<number, Collection>;
  private readonly counted = new Map<Collection, Counters>();

  constructor(
    catalog: Catalog,
    private readonly report: (finding: string) => void,
  ) {
    this.store = catalog.store;
    this.garbage = new Set(catalog.garbageSpaces());
    this.collections = new Map(catalog.allCollections().map((collection) => [collection.id, collection]));
    for (const collection of this.collections.values()) this.counted.set(collection, noCounters());
  }

  async run(): Promise<void> {
    const everything = this.store.scanAll('');
    try {
      for (
        let entries = await everything.pull(PORTION_SIZE);
        entries.length > 0;
        entries = await everything.pull(PORTION_SIZE)
      ) {
        for (const entry of entries) this.check(entry);
      }
    } catch (error) {
      this.found(`LevelDB cannot read all of its files: ${reasonOf(error)}`);
    } finally {
      everything.close();
    }
    for (const [collection, counters] of this.counted) this.checkCounters(collection, counters);
  }

  private found(finding: string): void {
    this.verified.findings++;
    this.report(finding);
  }

  private check(entry: Entry): void {
    try {
      this.checkKey(entry);
    } catch (error) {
      this.found(`The key ${show(entry.key)}: ${reasonOf(error)}`);
    }
  }

  private checkKey(entry: Entry): void {
    const { key } = entry;
    switch (key[0]) {
      case SPACES.commits:
        // Opening the store has checked the numbers of the commits.
        this.verified.commits++;
        return;
      case SPACES.documents:
        this.checkDocument(entry);
        return;
      case SPACES.entries:
        this.checkEntry(entry);
        return;
      case SPACES.catalog:
        if (key.length > 1) this.found(`The key ${show(key)} is unknown`);
        return;
      case SPACES.counters:
        if (!this.collections.has(uint32At(key, 1)) || key.length !== 5)
          this.found(`The counters ${show(key)} belong to no collection`);
        return;
      case undefined:
      default:
        this.found(`The key ${show(key)} is unknown`);
    }
  }

  private checkDocument({ key, value }: Entry): void {
    const collection = this.collections.get(uint32At(key, 1));
    if (!collection || key.length !== DOCUMENT_KEY_BYTES) {
      if (!this.garbage.has(documentSpace(uint32At(key, 1))))
        this.found(`The document ${show(key)} belongs to no collection`);
      return;
    }
    this.verified.documents++;
    const recordId = idAtEnd(key);
    const where = `${collection.namespace}: document ${recordId}`;
    if (!isIntact(collection.id, recordId, value)) {
      this.found(`${where} does not match its checksum`);
      return;
    }
    this.count(collection, recordId, value);
    if (!this.store.getStored('', key)?.equals(value)) this.found(`${where} is not found by its key`);
    checkStorable(bytesOf(value));
    const fields = collection.indexedFields(bytesOf(value));
    for (const index of collection.indexes) {
      if (index.keysFor(fields).keys.some((indexed) => !index.hasEntry(indexed, recordId))) {
        this.found(`${where}${idOf(fields)} is missing in the index ${index.name}`);
      }
    }
  }

  private count(collection: Collection, recordId: number, value: Buffer): void {
    const counters = this.counted.get(collection);
    if (!counters) return;
    counters.documents++;
    counters.bytes += bytesOf(value).length;
    counters.checksums = (counters.checksums + checksumOf(value)) % CHECKSUM_RANGE;
    counters.nextRecordId = recordId + 1;
  }

  private checkEntry(entry: Entry): void {
    const { key } = entry;
    const space = key.slice(0, ENTRY_SPACE_BYTES);
    const collection = this.collections.get(uint32At(key, 1));
    const index = collection?.indexes.find((candidate) => candidate.space === space);
    if (!collection || !index) {
      if (!this.garbage.has(space)) this.found(`The entry ${show(key)} belongs to no index`);
      return;
    }
    this.verified.entries++;
    this.checkLeadsToDocument(collection, index, { key: key.slice(ENTRY_SPACE_BYTES), value: entry.value });
  }

  private checkLeadsToDocument(collection: Collection, index: CollectionIndex, entry: Entry): void {
    const { key, recordId } = index.readEntry(entry);
    const bytes = collection.read(recordId);
    const where = `${collection.namespace}: the index ${index.name} leads to document ${recordId}`;
    if (!bytes) this.found(`${where}, which is missing`);
    else if (!index.keysFor(collection.indexedFields(bytes, index)).keys.includes(key))
      this.found(`${where}, which does not belong there`);
    if (!index.hasEntry(key, recordId)) this.found(`${where} by an entry that is not found by its key`);
  }

  private checkCounters(collection: Collection, { documents, bytes, checksums, nextRecordId }: Counters): void {
    const expected = collection.sums;
    const where = collection.namespace;
    if (documents !== expected.documents)
      this.found(`${where}: there are ${documents} documents, but ${expected.documents} were counted`);
    else if (bytes !== expected.bytes || checksums !== expected.checksums)
      this.found(`${where}: a document is not in its last version`);
    if (nextRecordId > expected.nextRecordId)
      this.found(`${where}: document ${nextRecordId - 1} is beyond the last that was counted`);
    const counters = this.store.getStored(SPACES.counters, uint32(collection.id));
    if (!counters) this.found(`${where}: the counters are missing`);
  }
}

const show = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
const idOf = ({ _id }: Doc): string => (typeof _id === 'string' || typeof _id === 'number' ? ` (_id ${_id})` : '');
