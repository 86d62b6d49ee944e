import type { ClassicLevel, Iterator } from 'classic-level';
import { readError } from './store-errors.js';
import { toBuffer } from './store-keys.js';

export interface Entry {
  /** The key without its space. */
  readonly key: string;
  readonly value: Buffer;
}

/** The keys from `low` (inclusive) to `high` (exclusive). */
export interface KeyRange {
  readonly low: string;
  readonly high: string;
}

export interface ScanOptions {
  readonly reverse?: boolean;
  /** False to read only the keys. */
  readonly values?: boolean;
}

/** A range with the changes to it that are not yet on the disk. */
export interface OverlaidRange extends KeyRange {
  /** In the direction of the scan. A null value means a removed key. */
  readonly changes: readonly { readonly key: string; readonly value: Buffer | null }[];
}

/** Portions grow during a scan, because most scans are short. */
const FIRST_PORTION = 16;
const MIN_PORTION = 4;
const MAX_PORTION = 1_000;
const PORTION_BYTES = 256 * 1024;
const NO_VALUE = Buffer.alloc(0);

type Level = ClassicLevel<Buffer, Buffer>;

/**
 * Reads ranges of a space, one after the other: LevelDB's state at the start of the scan, overlaid with the changes
 * that were not yet on the disk then. Changes that reach the disk meanwhile are the same, so seeing them twice does no
 * harm.
 */
export class Scan {
  private readonly iterator: Iterator<Level, Buffer, Buffer>;
  private range = 0;
  private isAtRange = false;
  private changesAt = 0;
  private portion: [Buffer, Buffer][] = [];
  private portionAt = 0;
  private isRangeRead = false;
  private size = FIRST_PORTION;

  constructor(
    level: Level,
    private readonly space: string,
    private readonly ranges: readonly OverlaidRange[],
    private readonly options: ScanOptions,
  ) {
    const [first, last] = [ranges[0], ranges.at(-1)];
    const [lowest, highest] = options.reverse ? [last, first] : [first, last];
    this.iterator = level.iterator({
      gte: toBuffer(space + (lowest?.low ?? '')),
      lt: toBuffer(space + (highest?.high ?? '')),
      reverse: options.reverse ?? false,
      values: options.values ?? true,
      highWaterMarkBytes: PORTION_BYTES,
    });
  }

  /** Returns up to `max` entries, or none at the end. Rejects with DamagedDataError if LevelDB cannot read a file. */
  async pull(max: number): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    while (entries.length < max) {
      const range = this.ranges[this.range];
      if (!range) break;
      if (!this.isAtRange) this.enter(range);
      if (this.portionAt >= this.portion.length && !this.isRangeRead) {
        // Returns the found entries before it waits for more.
        if (entries.length > 0) break;
        await this.readPortion(range, max);
      }
      const entry = this.nextMerged(range);
      if (entry === 'more') continue;
      if (!entry) {
        this.range++;
        this.isAtRange = false;
      } else if (entry.value !== null) {
        entries.push({ key: entry.key, value: entry.value });
      }
    }
    return entries;
  }

  private enter(range: OverlaidRange): void {
    this.isAtRange = true;
    this.isRangeRead = false;
    this.changesAt = 0;
    this.portion = [];
    this.portionAt = 0;
    if (this.range > 0) this.iterator.seek(toBuffer(this.space + (this.options.reverse ? range.high : range.low)));
  }

  private async readPortion(range: OverlaidRange, max: number): Promise<void> {
    const entries = await this.readStored(Math.min(this.size, Math.max(max, MIN_PORTION)));
    this.size = Math.min(this.size * 4, MAX_PORTION);
    this.portion = entries;
    this.portionAt = 0;
    if (entries.length === 0) this.isRangeRead = true;
    if (this.ranges.length > 1) this.cutPortion(range);
  }

  private async readStored(size: number): Promise<[Buffer, Buffer][]> {
    try {
      return await this.iterator.nextv(size);
    } catch (error) {
      throw readError(error);
    }
  }

  /** Cuts a portion at the end of its range: if there are several ranges, the iterator continues beyond it. */
  private cutPortion({ low, high }: OverlaidRange): void {
    const keyOf = ([key]: [Buffer, Buffer]): string => key.toString('latin1', this.space.length);
    const isPast = this.options.reverse ? (key: string) => key < low : (key: string) => key >= high;
    const end = this.portion.findIndex((entry) => isPast(keyOf(entry)));
    if (end >= 0) {
      this.portion = this.portion.slice(0, end);
      this.isRangeRead = true;
    }
    // In reverse, `seek` also finds the end itself, which is not part of the range.
    const [first] = this.portion;
    if (this.options.reverse && first && keyOf(first) >= high) this.portionAt = 1;
  }

  /** Returns the next entry of LevelDB or of the changes, or undefined at the end of the range. */
  private nextMerged(range: OverlaidRange): { key: string; value: Buffer | null } | 'more' | undefined {
    const change = range.changes[this.changesAt];
    const stored = this.portion[this.portionAt];
    if (!stored) {
      if (!this.isRangeRead) return 'more';
      if (change) this.changesAt++;
      return change;
    }
    const key = stored[0].toString('latin1', this.space.length);
    if (change && (change.key === key || change.key < key !== (this.options.reverse ?? false))) {
      this.changesAt++;
      if (change.key === key) this.portionAt++;
      return change;
    }
    this.portionAt++;
    return { key, value: this.options.values === false ? NO_VALUE : stored[1] };
  }

  /** Must be called: an open scan keeps LevelDB from removing the data that it sees. */
  close(): void {
    void this.iterator.close().catch(() => undefined);
  }
}
