import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Changes, type Changed } from './changes.js';
import { decodeChunk, encodeChunk } from './copy-chunk.js';
import { CommitTrail, LOG_BYTES } from './commit-trail.js';
import { LastCommitFile } from './last-commit-file.js';
import type { Stream } from './record-stream.js';
import { Scan, type KeyRange, type OverlaidRange, type ScanOptions } from './scan.js';
import { checkTables } from './table-file.js';
import { readError, reasonOf, StoreDamagedError, StoreWriteError } from './store-errors.js';
import { SPACES, toBuffer } from './store-keys.js';

const OPTIONS = {
  keyEncoding: 'buffer',
  valueEncoding: 'buffer',
  writeBufferSize: LOG_BYTES,
  cacheSize: 16 * 1024 * 1024,
  maxFileSize: 4 * 1024 * 1024,
  maxOpenFiles: 200,
} as const;

/** The paths in a store's folder. */
const storePaths = (folder: string): { level: string; lastCommit: string } => ({
  level: join(folder, 'leveldb'),
  lastCommit: join(folder, 'last-commit'),
});

/** The bytes that LevelDB needs for a change, in addition to key and value. */
const CHANGE_OVERHEAD_BYTES = 24;

/** The size of a chunk of a copy, if no single entry is larger. */
const CHUNK_BYTES = 512 * 1024;
const MAX_CHUNK_ENTRIES = 10_000;

/** Greater than the rest of every key. */
const AFTER_ALL = '\u00ff'.repeat(8);

/**
 * The store: LevelDB, overlaid with the changes that are not yet written to it. Changes made while one group is being
 * written form the next group. Each group is one synced batch with a number. Every read sees all changes made so far.
 */
export class Store {
  private gathering = new Changes();
  private writing: Changes | undefined;
  private waiting: (() => void)[] = [];
  private failure: StoreWriteError | undefined;
  private flushing: Promise<void> | undefined;
  private isStartPlanned = false;
  /** The number of the last commit on the disk. */
  private lastOnDisk: number;
  /** Called just before a group is written, to complete it. */
  beforeCommit: () => void = () => undefined;

  private constructor(
    private readonly level: ClassicLevel<Buffer, Buffer>,
    private readonly trail: CommitTrail,
    private readonly lastCommit: LastCommitFile,
    private readonly onFailure: (error: StoreWriteError) => void,
  ) {
    this.lastOnDisk = trail.last;
  }

  /** Creates an empty store in an existing folder. */
  static async create(folder: string): Promise<void> {
    const paths = storePaths(folder);
    const level = new ClassicLevel<Buffer, Buffer>(paths.level, {
      ...OPTIONS,
      createIfMissing: true,
      errorIfExists: true,
    });
    await level.open();
    await level.close();
    await LastCommitFile.create(paths.lastCommit);
  }

  /** Creates a store in an existing folder from the chunks of a copy, and closes it. */
  static async createFrom(folder: string, chunks: AsyncIterable<Buffer>): Promise<void> {
    const paths = storePaths(folder);
    const level = new ClassicLevel<Buffer, Buffer>(paths.level, {
      ...OPTIONS,
      createIfMissing: true,
      errorIfExists: true,
    });
    await level.open();
    try {
      for await (const chunk of chunks) {
        const batch = level.batch();
        for (const [key, value] of decodeChunk(chunk)) batch.put(key, value);
        await batch.write();
      }
    } finally {
      await level.close();
    }
    // Opening the store moves the rest into a table, which is synced; closing it writes the number of the last commit.
    await LastCommitFile.create(paths.lastCommit);
  }

  /** Returns the damaged blocks of a store's tables. Do not open the store if there are any. */
  static damagedTables(folder: string): Promise<string[]> {
    return checkTables(storePaths(folder).level, true);
  }

  /** Opens a store. Throws StoreDamagedError if it is damaged or incomplete. */
  static async open(folder: string, onFailure: (error: StoreWriteError) => void): Promise<Store> {
    const paths = storePaths(folder);
    const where = `The store ${folder}`;
    const [damage] = await checkTables(paths.level, false).catch((error: unknown) => [reasonOf(error)]);
    if (damage !== undefined) throw new StoreDamagedError(where, damage);
    const lastCommit = await LastCommitFile.open(paths.lastCommit);
    const level = new ClassicLevel<Buffer, Buffer>(paths.level, { ...OPTIONS, createIfMissing: false });
    try {
      await level.open();
      const trail = await readTrail(level, where);
      if (trail.last < lastCommit.number)
        throw new StoreDamagedError(
          where,
          `it ends with commit ${trail.last}, but commit ${lastCommit.number} was made`,
        );
      const store = new Store(level, trail, lastCommit, onFailure);
      lastCommit.follow(() => store.lastOnDisk);
      return store;
    } catch (error) {
      await level.close().catch(() => undefined);
      await lastCommit.close();
      throw error instanceof StoreDamagedError
        ? error
        : new StoreDamagedError(where, reasonOf(error), { cause: error });
    }
  }

  /** Throws StoreWriteError if a write has failed. */
  checkWorking(): void {
    if (this.failure) throw this.failure;
  }

  /** The number of groups written since the store was created. */
  get commits(): number {
    return this.trail.last;
  }

  /**
   * Returns undefined if there is no such key. Throws DamagedDataError if LevelDB cannot read the file with the key.
   */
  get(space: string, key: string): Buffer | undefined {
    const changed = this.changed(space, key);
    if (changed !== undefined) return changed ?? undefined;
    return this.getStored(space, key);
  }

  /** Reads a value from LevelDB, without the changes that are not yet written. */
  getStored(space: string, key: string): Buffer | undefined {
    try {
      return this.level.getSync(toBuffer(space + key));
    } catch (error) {
      throw readError(error);
    }
  }

  private changed(space: string, key: string): Changed | undefined {
    const gathered = this.gathering.get(space, key);
    return gathered === undefined ? this.writing?.get(space, key) : gathered;
  }

  /** Sets a value. Reads see it at once; `committed` resolves when it is on the disk. */
  put(space: string, key: string, value: Buffer): void {
    this.checkWorking();
    this.gathering.set(space, key, value);
  }

  remove(space: string, key: string): void {
    this.checkWorking();
    this.gathering.set(space, key, null);
  }

  /** Reads the current content of ranges, which must be in the direction of the scan. */
  scan(space: string, ranges: readonly KeyRange[], options: ScanOptions = {}): Scan {
    return new Scan(
      this.level,
      space,
      ranges.map((range) => this.overlayChanges(space, range, options.reverse ?? false)),
      options,
    );
  }

  /** Reads a whole space. */
  scanAll(space: string, options: ScanOptions = {}): Scan {
    return this.scan(space, [{ low: '', high: AFTER_ALL }], options);
  }

  private overlayChanges(space: string, { low, high }: KeyRange, reverse: boolean): OverlaidRange {
    const gathered = this.gathering.keysBetween(space, low, high);
    const written = this.writing?.keysBetween(space, low, high) ?? [];
    const keys =
      written.length === 0
        ? [...gathered]
        : gathered.length === 0
          ? [...written]
          : [...new Set([...written, ...gathered])].sort();
    if (reverse) keys.reverse();
    return { low, high, changes: keys.map((key) => ({ key, value: this.changed(space, key) ?? null })) };
  }

  /** Resolves when all changes made so far are on the disk. Rejects with StoreWriteError if a write has failed. */
  async committed(): Promise<void> {
    this.checkWorking();
    if (this.gathering.isEmpty) {
      await this.flushing;
    } else {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        // First handles the other messages that have arrived at the sockets, so that they share the write.
        if (!this.isStartPlanned)
          setImmediate(() => {
            this.start();
          });
        this.isStartPlanned = true;
      });
    }
    this.checkWorking();
  }

  private start(): void {
    this.isStartPlanned = false;
    if (this.flushing || this.gathering.isEmpty) return;
    this.flushing = this.writeGroups().finally(() => {
      this.flushing = undefined;
    });
  }

  private async writeGroups(): Promise<void> {
    while (!this.gathering.isEmpty) {
      const waiting = this.waiting;
      this.waiting = [];
      if (!this.failure) await this.writeGroup();
      if (this.failure) this.gathering = new Changes();
      for (const resolve of waiting) resolve();
    }
  }

  private async writeGroup(): Promise<void> {
    try {
      this.beforeCommit();
      const changes = this.gathering;
      this.writing = changes;
      this.gathering = new Changes();
      const batch = this.level.batch();
      let bytes = 0;
      for (const [space, key, value] of changes) {
        const whole = toBuffer(space + key);
        bytes += CHANGE_OVERHEAD_BYTES + whole.length + (value?.length ?? 0);
        if (value) batch.put(whole, value);
        else batch.del(whole);
      }
      const commit = this.trail.next(bytes);
      batch.put(toBuffer(commit.key), commit.value);
      for (const key of commit.outdated) batch.del(toBuffer(key));
      await batch.write({ sync: true });
      this.lastOnDisk = this.trail.last;
    } catch (error) {
      this.fail(error);
    } finally {
      this.writing = undefined;
    }
  }

  private fail(error: unknown): void {
    this.failure = new StoreWriteError(error);
    this.onFailure(this.failure);
  }

  /**
   * Reads all keys and values as they are on the disk now, in chunks; what is written meanwhile is not seen. A group is
   * one batch, so the copy has all of it or nothing.
   */
  copy(): Stream<Buffer> {
    const iterator = this.level.iterator({ highWaterMarkBytes: CHUNK_BYTES });
    return {
      pull: async () => {
        try {
          const entries = await iterator.nextv(MAX_CHUNK_ENTRIES);
          return entries.length === 0 ? [] : [encodeChunk(entries)];
        } catch (error) {
          throw readError(error);
        }
      },
      close: () => {
        void iterator.close().catch(() => undefined);
      },
    };
  }

  /** Removes a portion of the data of a dropped collection or index. Returns false if none is left. */
  async clearSome(space: string): Promise<boolean> {
    const range = { gte: toBuffer(space), lt: toBuffer(space + AFTER_ALL) };
    await this.level.clear({ ...range, limit: CLEAR_PORTION_SIZE });
    const rest = this.level.keys({ ...range, limit: 1 });
    try {
      return (await rest.next()) !== undefined;
    } finally {
      await rest.close();
    }
  }

  /** Writes the remaining changes and closes the files. */
  async close(): Promise<void> {
    if (!this.failure) await this.committed().catch(() => undefined);
    await this.level.close();
    await this.lastCommit.close(this.lastOnDisk);
  }
}

const CLEAR_PORTION_SIZE = 10_000;

async function readTrail(level: ClassicLevel<Buffer, Buffer>, where: string): Promise<CommitTrail> {
  const trail = new CommitTrail();
  const commits = new Scan(level, SPACES.commits, [{ low: '', high: AFTER_ALL, changes: [] }], {});
  try {
    for (let entries = await commits.pull(1_000); entries.length > 0; entries = await commits.pull(1_000)) {
      for (const { key, value } of entries) trail.restore(where, key, value);
    }
    return trail;
  } finally {
    commits.close();
  }
}
