import { decodeCatalog, type CatalogRecord } from './catalog-record.js';
import { decodeChunk } from './copy-chunk.js';
import { CHECKSUM_RANGE, decodeCounters, noCounters, type Counters } from './counters.js';
import { StoreDamagedError } from './store-errors.js';
import { ID_BYTES, idAtEnd, SPACES, uint32At } from './store-keys.js';
import { bytesOf, checksumOf, isIntact } from './stored-document.js';

/** What a copy contains. */
export interface CopySummary {
  readonly collections: number;
  readonly documents: number;
  /** The size of all documents. */
  readonly bytes: number;
}

const DOCUMENT_KEY_BYTES = 1 + 4 + ID_BYTES;

/**
 * Checks a copy while it is made: each document has its checksum, and the documents of each collection are those that
 * its counters know. So a copy of a damaged store is noticed when it is made, not when it is needed.
 */
export class CopyCheck {
  private readonly found = new Map<number, Counters>();
  private readonly counted = new Map<number, Counters>();
  private catalog: CatalogRecord | undefined;

  constructor(private readonly where: string) {}

  /** Throws StoreDamagedError if a document, the catalog or a counter is damaged. */
  add(chunk: Buffer): void {
    for (const [key, value] of decodeChunk(chunk)) this.addEntry(key.toString('latin1'), value);
  }

  private addEntry(key: string, value: Buffer): void {
    switch (key[0]) {
      case SPACES.documents:
        this.addDocument(key, value);
        return;
      case SPACES.catalog:
        this.catalog = decodeCatalog(value);
        return;
      case SPACES.counters: {
        const counters = decodeCounters(uint32At(key, 1), value);
        if (!counters) throw this.damage('the counters of a collection are damaged');
        this.counted.set(uint32At(key, 1), counters);
        return;
      }
      case undefined:
      default:
    }
  }

  private addDocument(key: string, value: Buffer): void {
    const [collectionId, recordId] = [uint32At(key, 1), idAtEnd(key)];
    if (key.length !== DOCUMENT_KEY_BYTES || !isIntact(collectionId, recordId, value))
      throw this.damage(`document ${recordId} of collection ${collectionId} does not match its checksum`);
    let found = this.found.get(collectionId);
    if (!found) this.found.set(collectionId, (found = noCounters()));
    found.documents++;
    found.bytes += bytesOf(value).length;
    found.checksums = (found.checksums + checksumOf(value)) % CHECKSUM_RANGE;
  }

  /** Call at the end of the copy. Throws StoreDamagedError if documents are missing or in an older version. */
  end(): CopySummary {
    if (!this.catalog) throw this.damage('the catalog is missing or damaged');
    const { collections } = this.catalog;
    let [documents, bytes] = [0, 0];
    for (const { id, database, name } of collections) {
      const [found, counted] = [this.found.get(id) ?? noCounters(), this.counted.get(id)];
      if (
        found.documents !== counted?.documents ||
        found.bytes !== counted.bytes ||
        found.checksums !== counted.checksums
      )
        throw this.damage(`the documents of ${database}.${name} are not those that were counted`);
      documents += found.documents;
      bytes += found.bytes;
    }
    return { collections: collections.length, documents, bytes };
  }

  private damage(reason: string): StoreDamagedError {
    return new StoreDamagedError(this.where, reason);
  }
}
