import { crc32 } from 'node:zlib';
import { serialize } from 'bson';
import type { Doc } from './bson-values.js';
import { decode } from './document.js';

/** The catalog as the store keeps it, in one value. */
export interface CatalogRecord {
  readonly format: number;
  readonly nextCollectionId: number;
  readonly collections: readonly CollectionRecord[];
  /** Spaces of dropped collections and indexes, and of unfinished indexes. The server removes their content. */
  readonly garbage: readonly string[];
  /** The journal of version 1.0 that this store was converted from, if it may still exist; otherwise empty. */
  readonly convertedFrom: string;
}

export interface CollectionRecord {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly nextIndexId: number;
  readonly indexes: readonly IndexRecord[];
}

export interface IndexRecord {
  readonly id: number;
  readonly isMultikey: boolean;
  readonly definition: Doc;
}

export const CATALOG_FORMAT = 2;

export function encodeCatalog(record: CatalogRecord): Buffer {
  const bytes = serialize(record);
  const value = Buffer.allocUnsafe(4 + bytes.length);
  value.writeUInt32BE(crc32(bytes), 0);
  value.set(bytes, 4);
  return value;
}

/** Returns undefined if the value is damaged. */
export function decodeCatalog(value: Buffer): CatalogRecord | undefined {
  if (value.length < 9 || value.readUInt32BE(0) !== crc32(value.subarray(4))) return undefined;
  return decode(value.subarray(4)) as unknown as CatalogRecord;
}
