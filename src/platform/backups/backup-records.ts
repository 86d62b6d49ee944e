/** A file is not a whole backup of this format; the message says why, and what to do. */
export class BackupFileError extends Error {}

/** One part of a backup, in this order: the description, files, chunks of the database, the end. */
export type BackupRecord =
  | { readonly kind: 'description'; readonly description: Description }
  | { readonly kind: 'file'; readonly name: string; readonly content: Buffer }
  | { readonly kind: 'chunk'; readonly chunk: Buffer }
  | { readonly kind: 'end' };

export interface Description {
  readonly createdAt: string;
  readonly gatewayVersion: string;
}

const KINDS = { description: 1, file: 2, chunk: 3, end: 4 } as const;
const RECORD_HEADER_BYTES = 5;
/** No record is longer; a longer length is not one of ours. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** Each record is its kind (1 byte), the length of its content (4 bytes, big-endian), and its content. */
export async function* encodeRecords(records: AsyncIterable<BackupRecord>): AsyncGenerator<Buffer> {
  for await (const record of records) {
    const content = contentOf(record);
    const header = Buffer.alloc(RECORD_HEADER_BYTES);
    header.writeUInt8(KINDS[record.kind], 0);
    header.writeUInt32BE(content.length, 1);
    yield header;
    yield content;
  }
}

function contentOf(record: BackupRecord): Buffer {
  switch (record.kind) {
    case 'description':
      return Buffer.from(JSON.stringify(record.description));
    case 'file':
      // No name has a line break.
      return Buffer.concat([Buffer.from(`${record.name}\n`), record.content]);
    case 'chunk':
      return record.chunk;
    case 'end':
      return Buffer.alloc(0);
  }
}

/** Throws BackupFileError if the bytes are not whole records. */
export async function* decodeRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<BackupRecord, undefined> {
  const waiting = new ByteQueue();
  for await (const chunk of bytes) {
    waiting.push(chunk);
    for (let record = takeRecord(waiting); record; record = takeRecord(waiting)) yield record;
  }
  if (waiting.length > 0) throw new BackupFileError('The backup ends within a record. Use another one.');
}

function takeRecord(waiting: ByteQueue): BackupRecord | undefined {
  const header = waiting.peek(RECORD_HEADER_BYTES);
  if (!header) return undefined;
  const length = header.readUInt32BE(1);
  if (length > MAX_RECORD_BYTES)
    throw new BackupFileError('The backup has a record that is too long. Use another one.');
  const whole = waiting.take(RECORD_HEADER_BYTES + length);
  return whole && decodeRecord(whole[0], whole.subarray(RECORD_HEADER_BYTES));
}

function decodeRecord(kind: number | undefined, content: Buffer): BackupRecord {
  switch (kind) {
    case KINDS.description:
      return { kind: 'description', description: JSON.parse(content.toString()) as Description };
    case KINDS.file: {
      const nameEnd = content.indexOf('\n');
      return { kind: 'file', name: content.toString('utf8', 0, nameEnd), content: content.subarray(nameEnd + 1) };
    }
    case KINDS.chunk:
      return { kind: 'chunk', chunk: content };
    case KINDS.end:
      return { kind: 'end' };
    case undefined:
    default:
      throw new BackupFileError('The backup has a record of an unknown kind. Use another one.');
  }
}

/** Bytes that arrived, joined only when enough of them are there. */
class ByteQueue {
  private chunks: Buffer[] = [];
  length = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Returns the first bytes, or undefined if there are fewer. */
  peek(count: number): Buffer | undefined {
    if (this.length < count) return undefined;
    if ((this.chunks[0]?.length ?? 0) < count) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]?.subarray(0, count);
  }

  /** Removes and returns the first bytes, or returns undefined if there are fewer. */
  take(count: number): Buffer | undefined {
    if (this.length < count) return undefined;
    const all = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = all.length > count ? [all.subarray(count)] : [];
    this.length -= count;
    return all.subarray(0, count);
  }
}
