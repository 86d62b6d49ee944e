import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_HEADER, readChange, type Change } from './journal-format.js';

/** The journal cannot be read as it was written. Nothing of it is skipped: somebody has to look. */
export class JournalDamagedError extends Error {
  constructor(file: string, offset: number, reason: string) {
    super(`The journal ${file} is damaged at byte ${offset}: ${reason}. Restore the data folder from a copy, or move it away to start empty.`);
    this.name = 'JournalDamagedError';
  }
}

/** The journal could not be written; nothing is acknowledged any more. */
export class JournalWriteError extends Error {
  constructor(cause: unknown) {
    super(`The journal cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'JournalWriteError';
  }
}

const fileName = (generation: number): string => `journal-${String(generation).padStart(8, '0')}`;
const FILE_NAME = /^journal-(\d{8,})$/;
const UNFINISHED = /^journal-\d{8,}\.new$/;
const FILE_MODE = 0o600;
const MAX_WRITE_BYTES = 1 << 20;

/**
 * The append-only file that holds every change. All changes that arrive while one write is on its way go into the
 * next one together (group commit), and `committed` resolves when the disk has them.
 *
 * A compaction writes the state as a new file beside the old one, which keeps receiving changes meanwhile; the changes
 * made since are added, and only then, in one rename, the new file takes over.
 */
export class Journal {
  private pending: Buffer[] = [];
  private waiting: (() => void)[] = [];
  private failure: JournalWriteError | undefined;
  private writing: Promise<void> | undefined;
  /** What was written since a compaction began. */
  private sinceCompaction: Buffer[] | undefined;
  private compacting: Promise<boolean> | undefined;

  private constructor(
    private readonly folder: string,
    private file: FileHandle,
    private generation: number,
    private bytes: number,
    private readonly onFailure: (error: JournalWriteError) => void,
  ) {}

  /**
   * Opens the journal of a folder and gives every change in it to `replay`.
   * Throws JournalDamagedError.
   */
  static async open(folder: string, replay: (change: Change) => void, onFailure: (error: JournalWriteError) => void): Promise<Journal> {
    const names = await readdir(folder);
    const generations = names.flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => b - a);
    const [latest] = generations;
    const generation = latest ?? 1;
    const path = join(folder, fileName(generation));
    if (latest === undefined) await createEmpty(folder, path);
    const end = replayFile(path, await readWhole(path), replay);
    // Older files and unfinished compactions are what a crash left behind.
    const leftOver = names.filter((name) => UNFINISHED.test(name) || (FILE_NAME.test(name) && name !== fileName(generation)));
    await Promise.all(leftOver.map((name) => rm(join(folder, name))));
    const file = await open(path, 'r+');
    await file.truncate(end);
    await file.datasync();
    return new Journal(folder, file, generation, end, onFailure);
  }

  /** How long the file is. */
  get size(): number {
    return this.bytes;
  }

  get isCompacting(): boolean {
    return this.compacting !== undefined;
  }

  /** Throws JournalWriteError once a write has failed. */
  checkWorking(): void {
    if (this.failure) throw this.failure;
  }

  /** Queues one encoded change. Throws JournalWriteError once a write has failed. */
  append(record: Buffer): void {
    this.checkWorking();
    this.pending.push(record);
  }

  /** Resolves when everything appended so far is on the disk. Rejects with JournalWriteError. */
  async committed(): Promise<void> {
    this.checkWorking();
    if (this.pending.length === 0) {
      await this.writing;
    } else {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        // The rest of what has arrived at the sockets is read first, and shares the write.
        if (!this.writing) setImmediate(() => { this.start(); });
      });
    }
    this.checkWorking();
  }

  private start(): void {
    if (this.writing || this.pending.length === 0) return;
    this.writing = this.writeGroups().finally(() => {
      this.writing = undefined;
    });
  }

  private async writeGroups(): Promise<void> {
    while (this.pending.length > 0) {
      const group = this.pending;
      const waiting = this.waiting;
      this.pending = [];
      this.waiting = [];
      if (!this.failure) await this.write(group);
      for (const resolve of waiting) resolve();
    }
  }

  private async write(group: Buffer[]): Promise<void> {
    try {
      await writeAll(this.file, group, this.bytes);
      await this.file.datasync();
      for (const record of group) this.bytes += record.length;
      this.sinceCompaction?.push(...group);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (this.failure) return;
    this.failure = new JournalWriteError(error);
    this.onFailure(this.failure);
  }

  /**
   * Replaces the file by one that holds the state only, and what is appended while this runs. `takeState` lists the
   * state of that moment; the list is read in slices between which the server goes on. When the new file cannot be
   * written, the old one stays, and false is answered.
   */
  async compact(takeState: () => Iterable<Buffer>): Promise<boolean> {
    this.compacting ??= this.writeCompacted(takeState).finally(() => {
      this.compacting = undefined;
      this.sinceCompaction = undefined;
    });
    return this.compacting;
  }

  private async writeCompacted(takeState: () => Iterable<Buffer>): Promise<boolean> {
    const path = join(this.folder, fileName(this.generation + 1));
    const compacted = new CompactedFile(`${path}.new`);
    try {
      // Exactly what is in the file by now is in the state; what is written from here on is added below.
      const state = await this.quiet(async () => {
        do await this.writeGroups();
        while (this.pending.length > 0);
        this.sinceCompaction = [];
        return takeState();
      });
      await compacted.open();
      for (const slice of slices(state)) await compacted.add(slice);
      await compacted.sync();
      return await this.quiet(() => this.switchTo(compacted, path));
    } catch {
      await compacted.discard();
      return false;
    }
  }

  private async switchTo(compacted: CompactedFile, path: string): Promise<boolean> {
    if (this.failure) throw this.failure;
    await compacted.add(this.sinceCompaction ?? []);
    const file = await compacted.sync();
    await rename(compacted.path, path);
    const old = { file: this.file, path: join(this.folder, fileName(this.generation)) };
    this.file = file;
    this.bytes = compacted.bytes;
    this.generation++;
    try {
      await syncFolder(this.folder);
      await old.file.close();
      await rm(old.path);
    } catch (error) {
      // Which of the two files a restart would find is not known any more.
      this.fail(error);
    }
    return true;
  }

  /** Runs `action` while no group is being written; groups wait for it. */
  private async quiet<T>(action: () => Promise<T>): Promise<T> {
    while (this.writing) await this.writing;
    const running = action();
    this.writing = running.then(() => undefined, () => undefined).finally(() => {
      this.writing = undefined;
      this.start();
    });
    return running;
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    await this.compacting;
    if (!this.failure) await this.committed();
    await this.file.close();
  }
}

/** The file that a compaction writes, before it takes the journal's name. */
class CompactedFile {
  private file: FileHandle | undefined;
  bytes = 0;

  constructor(readonly path: string) {}

  async open(): Promise<void> {
    this.file = await open(this.path, 'w', FILE_MODE);
    await this.add([FILE_HEADER]);
  }

  async add(records: readonly Buffer[]): Promise<void> {
    await writeAll(this.opened(), records, this.bytes);
    for (const record of records) this.bytes += record.length;
  }

  async sync(): Promise<FileHandle> {
    const file = this.opened();
    await file.sync();
    return file;
  }

  /** Gives up; the disk may be full, so nothing of it may stay. */
  async discard(): Promise<void> {
    await this.file?.close().catch(() => undefined);
    await rm(this.path, { force: true }).catch(() => undefined);
  }

  private opened(): FileHandle {
    if (!this.file) throw new Error('The compacted file is not open');
    return this.file;
  }
}

async function createEmpty(folder: string, path: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', FILE_MODE);
  await file.write(FILE_HEADER);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(bytes, at, Math.min(size - at, 1 << 28), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.subarray(0, at);
  } finally {
    await file.close();
  }
}

/** Answers where the last whole record ends. */
function replayFile(path: string, file: Buffer, replay: (change: Change) => void): number {
  if (!file.subarray(0, FILE_HEADER.length).equals(FILE_HEADER)) throw new JournalDamagedError(path, 0, 'it does not begin as a journal of this version');
  let at = FILE_HEADER.length;
  while (at < file.length) {
    const result = readChange(file, at);
    if (result.kind === 'torn') break;
    if (result.kind === 'damaged') throw new JournalDamagedError(path, at, result.reason);
    try {
      replay(result.change);
    } catch (error) {
      throw new JournalDamagedError(path, at, error instanceof Error ? error.message : String(error));
    }
    at = result.end;
  }
  return at;
}

async function writeAll(file: FileHandle, records: readonly Buffer[], position: number): Promise<void> {
  let at = position;
  for (const slice of slices(records)) {
    const bytes = slice.length === 1 && slice[0] ? slice[0] : Buffer.concat(slice);
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written);
      written += bytesWritten;
    }
    at += bytes.length;
  }
}

function* slices(records: Iterable<Buffer>): Generator<Buffer[]> {
  let slice: Buffer[] = [];
  let bytes = 0;
  for (const record of records) {
    slice.push(record);
    bytes += record.length;
    if (bytes >= MAX_WRITE_BYTES) {
      yield slice;
      slice = [];
      bytes = 0;
    }
  }
  if (slice.length > 0) yield slice;
}
