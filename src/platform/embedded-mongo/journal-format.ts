import { crc32 } from 'node:zlib';
import type { Doc } from './bson-values.js';
import { decode } from './document.js';

/** The beginning of a journal of version 1.0: a name and the version of the format. */
export const FILE_HEADER = Buffer.from('EMBEDDED-MONGO-JOURNAL-1\n', 'latin1');

/** The bytes before each record's payload: its length, the checksum of the payload, the checksum of these two. */
const RECORD_HEADER_BYTES = 12;

/** A change in a journal of version 1.0. */
export type Change =
  | { readonly kind: 'put'; readonly collectionId: number; readonly recordId: number; readonly bytes: Buffer }
  | { readonly kind: 'remove'; readonly collectionId: number; readonly recordId: number }
  | {
      readonly kind: 'createCollection';
      readonly collectionId: number;
      readonly database: string;
      readonly name: string;
    }
  | { readonly kind: 'dropCollection'; readonly collectionId: number }
  | { readonly kind: 'createIndex'; readonly collectionId: number; readonly index: Doc }
  | { readonly kind: 'dropIndex'; readonly collectionId: number; readonly name: string };

const PUT = 1;
const REMOVE = 2;
const CATALOG = 3;
/** The bytes of `put` and `remove` before the document: kind, collection, record. */
const CHANGE_HEADER_BYTES = 1 + 4 + 6;

/** The record at an offset of a journal. */
export type ReadResult =
  | { readonly kind: 'change'; readonly change: Change; readonly end: number }
  /** The last write did not reach the disk completely, so it was never acknowledged. */
  | { readonly kind: 'torn' }
  | { readonly kind: 'damaged'; readonly reason: string };

/** Reads the record at `at`, which must lie before the end of the file. */
export function readChange(file: Buffer, at: number): ReadResult {
  const start = at + RECORD_HEADER_BYTES;
  if (start > file.length) return { kind: 'torn' };
  if (file.readUInt32LE(at + 8) !== crc32(file.subarray(at, at + 8))) {
    // The file system may have extended the file before it wrote the bytes: only zeros up to the end.
    return isZero(file.subarray(at))
      ? { kind: 'torn' }
      : { kind: 'damaged', reason: 'the checksum of a record header does not match' };
  }
  const end = start + file.readUInt32LE(at);
  if (end > file.length) return { kind: 'torn' };
  const payload = file.subarray(start, end);
  if (file.readUInt32LE(at + 4) !== crc32(payload))
    return { kind: 'damaged', reason: 'the checksum of a record does not match' };
  const change = decodeChange(payload);
  return change ? { kind: 'change', change, end } : { kind: 'damaged', reason: 'a record is of an unknown kind' };
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

function decodeChange(payload: Buffer): Change | undefined {
  if (payload.length < CHANGE_HEADER_BYTES) return undefined;
  const collectionId = payload.readUInt32LE(1);
  const recordId = payload.readUIntLE(5, 6);
  const body = payload.subarray(CHANGE_HEADER_BYTES);
  switch (payload[0]) {
    case PUT:
      return { kind: 'put', collectionId, recordId, bytes: body };
    case REMOVE:
      return { kind: 'remove', collectionId, recordId };
    case CATALOG:
      return decode(body) as unknown as Change;
    case undefined:
    default:
      return undefined;
  }
}
