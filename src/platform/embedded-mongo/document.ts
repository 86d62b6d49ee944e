import { BSONError, deserialize, serialize } from 'bson';
import type { Doc } from './bson-values.js';
import { badValue, MongoError } from './mongo-error.js';

/** The largest document MongoDB stores. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 100;

/** Decodes a document. 64-bit integers become numbers if a number can hold them exactly. */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, { bsonRegExp: true });
}

/** Encodes a document of a reply, which may contain values that cannot be stored. */
export function encode(doc: Doc): Buffer {
  return asBuffer(serialize(doc));
}

/** Encodes a document. Throws if it cannot be stored. */
export function encodeForStorage(doc: Doc): Buffer {
  const bytes = asBuffer(serialize(doc));
  checkStorable(bytes);
  return bytes;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Checks encoded BSON. Throws if it has other types than string, finite number, boolean, null, date, ObjectId, binary,
 * array and document, or if it is too large or too deep. Returns whether it contains 64-bit integers.
 */
export function checkStorable(bytes: Buffer): { hasLongs: boolean } {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new MongoError(10334, `Size ${bytes.length} is larger than MaxDocumentSize ${MAX_DOCUMENT_BYTES}`);
  }
  const walk = { hasLongs: false };
  if (checkDocument(bytes, 0, 1, walk) !== bytes.length) throw invalid();
  return walk;
}

const invalid = (): MongoError => new MongoError(22, 'Invalid BSON');

/** Returns the offset after the document that starts at `start`. */
function checkDocument(bytes: Buffer, start: number, depth: number, walk: { hasLongs: boolean }): number {
  if (depth > MAX_DEPTH) throw new MongoError(15, `Document exceeds the maximum nesting depth of ${MAX_DEPTH}`);
  if (start + 5 > bytes.length) throw invalid();
  const end = start + bytes.readInt32LE(start);
  if (end > bytes.length || end < start + 5) throw invalid();
  let at = start + 4;
  for (;;) {
    const type = bytes[at++];
    if (type === 0) break;
    const nameEnd = bytes.indexOf(0, at);
    if (nameEnd < 0 || nameEnd >= end) throw invalid();
    const name = { start: at, end: nameEnd };
    if (name.end - name.start === PROTO.length && bytes.toString('latin1', at, nameEnd) === PROTO) {
      throw badValue(`The embedded server does not support a field named ${PROTO}`);
    }
    at = checkValue(bytes, type, nameEnd + 1, name, depth, walk);
    if (at >= end) throw invalid();
  }
  if (at !== end) throw invalid();
  return end;
}

const PROTO = '__proto__';

function checkValue(
  bytes: Buffer,
  type: number | undefined,
  at: number,
  name: { start: number; end: number },
  depth: number,
  walk: { hasLongs: boolean },
): number {
  const field = (): string => bytes.toString('utf8', name.start, name.end);
  const room = bytes.length - at;
  switch (type) {
    case 0x01: // double
      if (room < 8) throw invalid();
      if (!Number.isFinite(bytes.readDoubleLE(at)))
        throw badValue(`The embedded server does not store NaN or Infinity (field '${field()}')`);
      return at + 8;
    case 0x02: {
      // string
      const length = room < 5 ? 0 : bytes.readInt32LE(at);
      if (length < 1 || length > room - 4 || bytes[at + 3 + length] !== 0) throw invalid();
      return at + 4 + length;
    }
    case 0x03: // document
    case 0x04: // array
      return checkDocument(bytes, at, depth + 1, walk);
    case 0x05: {
      // binary
      const length = room < 5 ? -1 : bytes.readInt32LE(at);
      if (length < 0 || length > room - 5) throw invalid();
      return at + 5 + length;
    }
    case 0x07: // ObjectId
      return at + 12;
    case 0x08: // boolean
      if ((bytes[at] ?? 2) > 1) throw invalid();
      return at + 1;
    case 0x09: // date
      if (room < 8) throw invalid();
      if (Math.abs(Number(bytes.readBigInt64LE(at))) > MAX_DATE)
        throw badValue(`Date out of range (field '${field()}')`);
      return at + 8;
    case 0x0a: // null
      return at;
    case 0x10: // int32
      return at + 4;
    case 0x12: // int64
      if (room < 8) throw invalid();
      if (!Number.isSafeInteger(Number(bytes.readBigInt64LE(at))))
        throw badValue(`64-bit integer beyond the safe range (field '${field()}')`);
      walk.hasLongs = true;
      return at + 8;
    case undefined:
    default:
      throw badValue(
        `The embedded server does not store values of BSON type ${type ?? 'unknown'} (field '${field()}')`,
      );
  }
}

/** The latest time that a JavaScript date can hold, in ms. */
const MAX_DATE = 8.64e15;

/** Decodes bytes from a client. Throws 22 if they are not BSON. */
export function decodeFromClient(bytes: Uint8Array): Doc {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof BSONError || error instanceof RangeError)
      throw new MongoError(22, `Invalid BSON: ${error.message}`);
    throw error;
  }
}
