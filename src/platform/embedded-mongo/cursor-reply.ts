import type { Batch } from './cursors.js';

/**
 * Encodes `{ cursor: { firstBatch: […], id, ns }, ok: 1 }` with documents that are already BSON, without decoding
 * them.
 */
export function cursorReply(
  batchName: 'firstBatch' | 'nextBatch',
  { documents, cursorId }: Batch,
  namespace: string,
): Buffer {
  const array = document(documents.map((bytes, i) => element(0x03, String(i), bytes)));
  const cursor = document([
    element(0x04, batchName, array),
    element(0x12, 'id', int64(cursorId)),
    element(0x02, 'ns', string(namespace)),
  ]);
  return document([element(0x03, 'cursor', cursor), element(0x01, 'ok', double(1))]);
}

function element(type: number, name: string, value: Buffer): Buffer[] {
  return [Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1'), value];
}

function document(elements: Buffer[][]): Buffer {
  const parts = elements.flat();
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  const result = Buffer.allocUnsafe(length);
  let at = result.writeInt32LE(length, 0);
  for (const part of parts) at += part.copy(result, at);
  result[at] = 0;
  return result;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}

function int64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(BigInt(value), 0);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleLE(value, 0);
  return bytes;
}
