import { crc32 } from 'node:zlib';

/** The counters of a collection, stored with each group of changes. */
export interface Counters {
  documents: number;
  /** The total size of all documents. */
  bytes: number;
  /** The sum of the checksums of all documents; reveals an older version of a document in place of the last one. */
  checksums: number;
  nextRecordId: number;
}

export const noCounters = (): Counters => ({ documents: 0, bytes: 0, checksums: 0, nextRecordId: 1 });

/** Sums of checksums are taken modulo this number. */
export const CHECKSUM_RANGE = 2 ** 32;

const FIELDS = ['documents', 'bytes', 'checksums', 'nextRecordId'] as const;
const FIELD_BYTES = 6;
const CHECKSUM_BYTES = 4;
const TOTAL_BYTES = CHECKSUM_BYTES + FIELDS.length * FIELD_BYTES;

export function encodeCounters(collectionId: number, counters: Counters): Buffer {
  const value = Buffer.allocUnsafe(TOTAL_BYTES);
  for (const [i, field] of FIELDS.entries())
    value.writeUIntBE(counters[field], CHECKSUM_BYTES + i * FIELD_BYTES, FIELD_BYTES);
  value.writeUInt32BE(crc32(value.subarray(CHECKSUM_BYTES), collectionId), 0);
  return value;
}

/** Returns undefined if the value is damaged. */
export function decodeCounters(collectionId: number, value: Buffer): Counters | undefined {
  if (value.length !== TOTAL_BYTES || value.readUInt32BE(0) !== crc32(value.subarray(CHECKSUM_BYTES), collectionId))
    return undefined;
  const counters = noCounters();
  for (const [i, field] of FIELDS.entries())
    counters[field] = value.readUIntBE(CHECKSUM_BYTES + i * FIELD_BYTES, FIELD_BYTES);
  return counters;
}
