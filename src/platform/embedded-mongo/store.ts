import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Changes, type Changed } from './changes.js';
import { CommitTrail, LOG_BYTES } from './commit-trail.js';
import { LastCommitFile } from './last-commit-file.js';
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

/** What a store's folder holds. */
const storePaths = (folder: string): { level: string; lastCommit: string } => ({
  level: join(folder, 'leveldb'),
  lastCommit: join(folder, 'last-commit'),
});

/** What LevelDB and its memory need for one change, beside key and value. */
const CHANGE_OVERHEAD_BYTES = 24;

/** After this, nothing that a key can be follows it. */
const AFTER_ALL = '\u00ff'.repeat(8);

/**
 * The store: LevelDB under the changes that it has not yet got. Changes that are made while one group is being written
 * go into the next one together; each group is one synced batch with a number. Every read sees all changes made so
 * far.
 */
export class Store {
  private gathering = new Changes();
  private writing: Changes | undefined;
  private waiting: (() => void)[] = [];
  private failure: StoreWriteError | undefined;
  private flushing: Promise<void> | undefined;
  private isStartPlanned = false;
  /** The last commit that the disk has. */
  private landed: number;
  /** Adds to a group what it needs to be complete, just before it is written. */
  beforeCommit: () => void = () => undefined;

  private constructor(
    private readonly level: ClassicLevel<Buffer, Buffer>,
    private readonly trail: CommitTrail,
    private readonly lastCommit: LastCommitFile,
    private readonly onFailure: (error: StoreWriteError) => void,
  ) {
    this.landed = trail.last;
  }

  /** Makes an empty store in a folder that exists. */
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

  /** The damaged blocks of a store's tables, which must not be opened then. */
  static damagedTables(folder: string): Promise<string[]> {
    return checkTables(storePaths(folder).level, true);
  }

  /** Opens a store. Throws StoreDamagedError. */
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
      lastCommit.follow(() => store.landed);
      return store;
    } catch (error) {
      await level.close().catch(() => undefined);
      await lastCommit.close();
      throw error instanceof StoreDamagedError
        ? error
        : new StoreDamagedError(where, reasonOf(error), { cause: error });
    }
  }

  /** Throws StoreWriteError once a write has failed. */
  checkWorking(): void {
    if (this.failure) throw this.failure;
  }

  /** How many groups were written since the store was made. */
  get commits(): number {
    return this.trail.last;
  }

  /** Undefined if there is no such key. Throws DamagedDataError if the file that should hold it cannot be read. */
  get(space: string, key: string): Buffer | undefined {
    const changed = this.changed(space, key);
    if (changed !== undefined) return changed ?? undefined;
    return this.getStored(space, key);
  }

  /** What the disk has. */
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

  /** The change can be read at once; `committed` resolves when the disk has it. */
  put(space: string, key: string, value: Buffer): void {
    this.checkWorking();
    this.gathering.set(space, key, value);
  }

  remove(space: string, key: string): void {
    this.checkWorking();
    this.gathering.set(space, key, null);
  }

  /** Reads ranges that follow each other in the direction of the scan, as they are now. */
  scan(space: string, ranges: readonly KeyRange[], options: ScanOptions = {}): Scan {
    return new Scan(
      this.level,
      space,
      ranges.map((range) => this.overlaid(space, range, options.reverse ?? false)),
      options,
    );
  }

  /** Reads a whole space. */
  scanAll(space: string, options: ScanOptions = {}): Scan {
    return this.scan(space, [{ low: '', high: AFTER_ALL }], options);
  }

  private overlaid(space: string, { low, high }: KeyRange, reverse: boolean): OverlaidRange {
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

  /** Resolves when everything changed so far is on the disk. Rejects with StoreWriteError. */
  async committed(): Promise<void> {
    this.checkWorking();
    if (this.gathering.isEmpty) {
      await this.flushing;
    } else {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        // The rest of what has arrived at the sockets is read first, and shares the write.
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
      this.landed = this.trail.last;
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

  /** Removes a part of what a dropped collection or index has left; false when nothing is left of it. */
  async clearSome(space: string): Promise<boolean> {
    const range = { gte: toBuffer(space), lt: toBuffer(space + AFTER_ALL) };
    await this.level.clear({ ...range, limit: CLEARED_AT_ONCE });
    const rest = this.level.keys({ ...range, limit: 1 });
    try {
      return (await rest.next()) !== undefined;
    } finally {
      await rest.close();
    }
  }

  /** Writes what is left and closes the files. */
  async close(): Promise<void> {
    if (!this.failure) await this.committed().catch(() => undefined);
    await this.level.close();
    await this.lastCommit.close(this.landed);
  }
}

const CLEARED_AT_ONCE = 10_000;

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
