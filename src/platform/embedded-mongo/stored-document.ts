import { crc32 } from 'node:zlib';

const CHECKSUM_BYTES = 4;

/**
 * The initial value of the checksum depends on the collection and the record, so that a document in the wrong place is
 * detected.
 */
const seed = (collectionId: number, recordId: number): number =>
  (Math.imul(collectionId, 0x9e3779b1) +
    Math.imul(Math.floor(recordId / 2 ** 32), 0x85ebca6b) +
    (recordId % 2 ** 32)) >>>
  0;

/** Encodes the stored form of a document: its checksum and a copy of its BSON bytes. */
export function encodeStored(collectionId: number, recordId: number, bytes: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(CHECKSUM_BYTES + bytes.length);
  value.set(bytes, CHECKSUM_BYTES);
  value.writeUInt32BE(crc32(bytes, seed(collectionId, recordId)), 0);
  return value;
}

/** Returns the BSON bytes of a stored document. */
export const bytesOf = (value: Buffer): Buffer => value.subarray(CHECKSUM_BYTES);

/** Returns the stored checksum. */
export const checksumOf = (value: Buffer): number => value.readUInt32BE(0);

/** Returns false if the document is not the one stored under this record. */
export function isIntact(collectionId: number, recordId: number, value: Buffer): boolean {
  return value.length > CHECKSUM_BYTES && checksumOf(value) === crc32(bytesOf(value), seed(collectionId, recordId));
}
