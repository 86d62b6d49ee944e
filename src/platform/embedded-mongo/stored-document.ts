import { crc32 } from 'node:zlib';

const CHECKSUM_BYTES = 4;

/** The checksum begins with where the document belongs, so that one in the wrong place is noticed too. */
const seed = (collectionId: number, recordId: number): number =>
  (Math.imul(collectionId, 0x9e3779b1) +
    Math.imul(Math.floor(recordId / 2 ** 32), 0x85ebca6b) +
    (recordId % 2 ** 32)) >>>
  0;

/** What the store keeps for a document: a checksum, and the BSON bytes. They are copied. */
export function encodeStored(collectionId: number, recordId: number, bytes: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(CHECKSUM_BYTES + bytes.length);
  value.set(bytes, CHECKSUM_BYTES);
  value.writeUInt32BE(crc32(bytes, seed(collectionId, recordId)), 0);
  return value;
}

/** The BSON bytes of a stored document. */
export const bytesOf = (value: Buffer): Buffer => value.subarray(CHECKSUM_BYTES);

/** The checksum as it is written. */
export const checksumOf = (value: Buffer): number => value.readUInt32BE(0);

/** False if the document is not what was stored under this record. */
export function isIntact(collectionId: number, recordId: number, value: Buffer): boolean {
  return value.length > CHECKSUM_BYTES && checksumOf(value) === crc32(bytesOf(value), seed(collectionId, recordId));
}
