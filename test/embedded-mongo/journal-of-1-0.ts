import { crc32 } from 'node:zlib';
import { serialize } from 'bson';
import { FILE_HEADER, type Change } from '../../src/platform/embedded-mongo/journal-format.js';

/** Returns the bytes of a journal of version 1.0. */
export const journalOf = (changes: readonly Change[]): Buffer => Buffer.concat([FILE_HEADER, ...changes.map(record)]);

function record(change: Change): Buffer {
  const body =
    change.kind === 'put' ? change.bytes : change.kind === 'remove' ? Buffer.alloc(0) : Buffer.from(serialize(change));
  const payload = Buffer.alloc(11 + body.length);
  payload.writeUInt8(change.kind === 'put' ? 1 : change.kind === 'remove' ? 2 : 3, 0);
  payload.writeUInt32LE(change.collectionId, 1);
  payload.writeUIntLE('recordId' in change ? change.recordId : 0, 5, 6);
  payload.set(body, 11);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  header.writeUInt32LE(crc32(header.subarray(0, 8)), 8);
  return Buffer.concat([header, payload]);
}
