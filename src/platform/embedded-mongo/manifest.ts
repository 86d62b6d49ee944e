import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVarint } from './snappy.js';

/**
 * LevelDB writes its manifest and its logs in blocks of this size. A record that does not fit continues in the next
 * block.
 */
const BLOCK_BYTES = 32 * 1024;
/**
 * The header of each part of a record: checksum, length, and whether the part is whole, the first, a middle or the
 * last.
 */
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/** The fields of a manifest record, by their number in LevelDB's `version_edit.cc`, and the values of each. */
const FIELDS: Readonly<Record<number, readonly ('number' | 'text')[]>> = {
  1: ['text'], // comparator
  2: ['number'], // log
  3: ['number'], // next file
  4: ['number'], // last sequence
  5: ['number', 'text'], // level and key where a compaction goes on
  6: ['number', 'number'], // level and number of a table that is gone
  7: ['number', 'number', 'number', 'text', 'text'], // level, number, size, first and last key of a new table
  9: ['number'], // log before
};
const REMOVED_TABLE = 6;
const ADDED_TABLE = 7;

/**
 * Returns the numbers of the tables that belong to a store. A killed process may leave other tables, unfinished or no
 * longer used, which LevelDB removes when it opens the store. Returns null if the manifest cannot be read; LevelDB
 * then refuses the store.
 */
export async function liveTables(folder: string): Promise<ReadonlySet<number> | null> {
  try {
    const current = await readFile(join(folder, 'CURRENT'), 'utf8');
    const live = new Set<number>();
    for (const record of records(await readFile(join(folder, current.trim()))))
      if (!applyRecord(record, live)) return null;
    return live;
  } catch {
    return null;
  }
}

function* records(manifest: Buffer): Generator<Buffer> {
  let parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= manifest.length;) {
    const leftInBlock = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (leftInBlock < HEADER_BYTES) {
      at += leftInBlock;
      continue;
    }
    const length = manifest.readUInt16LE(at + 4);
    const kind = manifest[at + 6] ?? 0;
    const end = at + HEADER_BYTES + length;
    // The last write may be incomplete.
    if (kind === 0 || end > manifest.length) return;
    if (kind === FULL || kind === FIRST) parts = [];
    parts.push(manifest.subarray(at + HEADER_BYTES, end));
    if (kind === FULL || kind === LAST) yield Buffer.concat(parts);
    at = end;
  }
}

/** Returns false if the record is not one of LevelDB's. */
function applyRecord(record: Buffer, live: Set<number>): boolean {
  for (let at = 0; at < record.length;) {
    const tag = readVarint(record, at);
    const fields = tag && FIELDS[tag.value];
    if (!fields) return false;
    at = tag.end;
    const numbers: number[] = [];
    for (const field of fields) {
      const number = readVarint(record, at);
      if (!number) return false;
      numbers.push(number.value);
      at = number.end + (field === 'text' ? number.value : 0);
    }
    const table = numbers[1];
    if (table !== undefined && tag.value === ADDED_TABLE) live.add(table);
    if (table !== undefined && tag.value === REMOVED_TABLE) live.delete(table);
  }
  return true;
}
