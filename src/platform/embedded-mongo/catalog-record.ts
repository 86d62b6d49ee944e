import { crc32 } from 'node:zlib';
import { serialize } from 'bson';
import type { Doc } from './bson-values.js';
import { decode } from './document.js';

/** What the store keeps of the catalog, in one value. */
export interface CatalogRecord {
  readonly format: number;
  readonly nextCollectionId: number;
  readonly collections: readonly CollectionRecord[];
  /** Spaces of dropped collections and indexes, and of indexes that are being built. What is in them is removed. */
  readonly garbage: readonly string[];
  /** The journal of version 1.0 that this store was made of and that may still be there; else empty. */
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

/** Undefined if the value is damaged. */
export function decodeCatalog(value: Buffer): CatalogRecord | undefined {
  if (value.length < 9 || value.readUInt32BE(0) !== crc32(value.subarray(4))) return undefined;
  return decode(value.subarray(4)) as unknown as CatalogRecord;
}
