import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from './crc32c.js';
import { liveTables } from './manifest.js';
import { expandSnappy, readVarint } from './snappy.js';

const TABLE = /^(\d+)\.(?:ldb|sst)$/;
const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** After each block: the kind of compression, and the checksum. */
const TRAILER_BYTES = 5;
const SNAPPY = 1;

/** The position of a block in a table. */
interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Verifies the checksums of LevelDB's tables, which LevelDB itself does not do: a damaged block may even end the
 * process. Checks the tables in use: all their blocks, or only those that lead to other blocks. Returns one line for
 * each damaged block.
 */
export async function checkTables(folder: string, all: boolean): Promise<string[]> {
  const damages: string[] = [];
  const live = await liveTables(folder);
  const isLive = (file: string): boolean => {
    const number = TABLE.exec(file)?.[1];
    return number !== undefined && (live === null || live.has(Number(number)));
  };
  for (const name of (await readdir(folder)).filter(isLive).sort()) {
    const file = await open(join(folder, name), 'r');
    try {
      for await (const damage of new Table(file).damages(all))
        damages.push(`The file ${join(folder, name)}: ${damage}`);
    } finally {
      await file.close();
    }
  }
  return damages;
}

class Table {
  constructor(private readonly file: FileHandle) {}

  async *damages(all: boolean): AsyncGenerator<string> {
    const { size } = await this.file.stat();
    const footer = size < FOOTER_BYTES ? undefined : await this.read(size - FOOTER_BYTES, FOOTER_BYTES);
    if (!footer?.subarray(-MAGIC.length).equals(MAGIC)) {
      yield 'it does not end as a table';
      return;
    }
    const meta = readHandle(footer, 0);
    const index = meta && readHandle(footer, meta.end);
    if (!meta || !index) {
      yield 'its end does not lead to its blocks';
      return;
    }
    for (const handle of [meta.handle, index.handle]) {
      const content = await this.block(handle, size);
      const inner = content && handlesIn(content);
      if (!inner) {
        yield damageOf(handle);
        return;
      }
      if (!all && handle === index.handle) continue;
      for (const block of inner) if (!(await this.block(block, size))) yield damageOf(block);
    }
  }

  /** Returns the content of a block, or undefined if it is damaged. */
  private async block({ offset, size }: BlockHandle, fileSize: number): Promise<Buffer | undefined> {
    if (offset + size + TRAILER_BYTES > fileSize) return undefined;
    const bytes = await this.read(offset, size + TRAILER_BYTES);
    if (unmask(bytes.readUInt32LE(size + 1)) !== crc32c(bytes.subarray(0, size + 1))) return undefined;
    const content = bytes.subarray(0, size);
    return bytes[size] === SNAPPY ? expandSnappy(content) : content;
  }

  private async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.file.read(bytes, 0, length, offset);
    return bytesRead === length ? bytes : bytes.fill(0);
  }
}

const damageOf = ({ offset }: BlockHandle): string => `the block at ${offset} does not match its checksum`;

/** LevelDB masks checksums before it stores them. */
function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function readHandle(bytes: Buffer, start: number): { handle: BlockHandle; end: number } | undefined {
  const offset = readVarint(bytes, start);
  const size = offset && readVarint(bytes, offset.end);
  return size && { handle: { offset: offset.value, size: size.value }, end: size.end };
}

/** Returns the blocks that an index block points to: the values of its entries. */
function handlesIn(block: Buffer): BlockHandle[] | undefined {
  if (block.length < 4) return undefined;
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  const handles: BlockHandle[] = [];
  for (let at = 0; at < end;) {
    const shared = readVarint(block, at);
    const ownKey = shared && readVarint(block, shared.end);
    const value = ownKey && readVarint(block, ownKey.end);
    const handle = value && readHandle(block, value.end + ownKey.value);
    if (!handle) return undefined;
    handles.push(handle.handle);
    at = value.end + ownKey.value + value.value;
  }
  return handles;
}
