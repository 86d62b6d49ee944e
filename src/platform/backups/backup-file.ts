import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupFileError, decodeRecords, encodeRecords, type BackupRecord } from './backup-records.js';

const FORMAT = 1;
/** The first line of a backup, so that a person sees what the file is. */
const FIRST_LINE = /^mock-payment-gateway backup (\d{1,9})\n/;
const HEADER = Buffer.from(`mock-payment-gateway backup ${FORMAT}\n`);
const CHECKSUM = 'sha256';
const CHECKSUM_BYTES = 32;

const READ_BYTES = 256 * 1024;
/** The default makes the file a seventh smaller, and takes half as long again. */
const COMPRESSION_LEVEL = 3;

/**
 * Writes a new file, readable by this user alone, and puts it on the disk: the first line, the records compressed with
 * gzip, and the SHA-256 of all before. Returns its size in bytes.
 */
export async function writeBackup(
  path: string,
  records: AsyncIterable<BackupRecord>,
  signal?: AbortSignal,
): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(encodeRecords(records), createGzip({ level: COMPRESSION_LEVEL }), seal, file, {
    ...(signal && { signal }),
  });
  return file.bytesWritten;
}

/** Adds the first line and the checksum. */
async function* seal(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash(CHECKSUM).update(HEADER);
  yield HEADER;
  for await (const bytes of compressed) {
    hash.update(bytes);
    yield bytes;
  }
  yield hash.digest();
}

/** Checks a whole file without decompressing it. Throws BackupFileError if it is no backup, cut or damaged. */
export async function checkBackup(path: string, signal?: AbortSignal): Promise<void> {
  const bytes = compressedPart(path);
  try {
    while (!(await bytes.next()).done) signal?.throwIfAborted();
  } finally {
    await bytes.return(undefined);
  }
}

/**
 * Reads the records of a file. Throws BackupFileError if it is no backup, cut or damaged, possibly only after the last
 * record: check the file first, and trust the records when all are read.
 */
export async function* readBackup(path: string): AsyncGenerator<BackupRecord, undefined> {
  const unzip = createGunzip();
  const unzipped = pipeline(compressedPart(path), unzip);
  // The error also ends the reading of the records, which is what is waited for.
  unzipped.catch(() => undefined);
  let isEnded = false;
  try {
    for await (const record of decodeRecords(unzip as AsyncIterable<Buffer>)) {
      if (isEnded) throw damaged(path, 'something follows its end');
      isEnded = record.kind === 'end';
      yield record;
    }
    await unzipped;
  } catch (error) {
    const isOfZlib = String((error as NodeJS.ErrnoException).code).startsWith('Z_');
    throw isOfZlib ? damaged(path, 'it cannot be decompressed') : error;
  }
  if (!isEnded) throw damaged(path, 'its end is missing');
}

/** Yields what stands between the first line and the checksum. Throws at the end if the checksum is another. */
async function* compressedPart(path: string): AsyncGenerator<Buffer, undefined> {
  const file = await open(path, 'r');
  try {
    const size = await sizeOf(file, path);
    const end = size - CHECKSUM_BYTES;
    if (end <= HEADER.length) throw damaged(path, 'it is cut');
    const hash = createHash(CHECKSUM).update(HEADER);
    const part = { start: HEADER.length, end: end - 1, highWaterMark: READ_BYTES, autoClose: false };
    for await (const chunk of file.createReadStream(part) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
    const { buffer } = await file.read(Buffer.alloc(CHECKSUM_BYTES), 0, CHECKSUM_BYTES, end);
    if (!hash.digest().equals(buffer)) throw damaged(path, 'it does not match its checksum');
  } finally {
    await file.close();
  }
}

/** Throws BackupFileError if the file does not begin as a backup that this version reads. */
async function sizeOf(file: FileHandle, path: string): Promise<number> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new BackupFileError(`${path} is not a file.`);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
  const format = FIRST_LINE.exec(buffer.toString('latin1', 0, bytesRead))?.[1];
  if (format === undefined) throw new BackupFileError(`${path} is not a backup of this gateway.`);
  if (Number(format) !== FORMAT)
    throw new BackupFileError(
      `${path} has the format ${format}; this version reads ${FORMAT}. Restore it with the version that wrote it, or a newer one.`,
    );
  return stats.size;
}

const damaged = (path: string, reason: string): BackupFileError =>
  new BackupFileError(`The backup ${path} is damaged or incomplete: ${reason}. Use another one.`);
