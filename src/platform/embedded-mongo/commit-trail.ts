import { crc32 } from 'node:zlib';
import { ID_BYTES, idKey, SPACES, toBuffer } from './store-keys.js';
import { StoreDamagedError } from './store-errors.js';

/**
 * LevelDB keeps the changes that are not yet in its tables in at most two logs. Each log ends with the commit that
 * made it longer than this size, however large that commit is.
 */
export const LOG_BYTES = 8 * 1024 * 1024;
const MAX_COUNTED_BYTES = 1024 * 1024;
const MIN_SPLICED = 1_000;
const TRAIL_BYTES = 2 * (LOG_BYTES + MAX_COUNTED_BYTES);

/** A commit: its number, and its size as counted here, at most MAX_COUNTED_BYTES. */
interface Commit {
  readonly number: number;
  readonly bytes: number;
}

/**
 * The numbers of the last commits; each commit stores its own number. LevelDB silently skips unreadable parts of a
 * log, and a skipped commit leaves a gap in these numbers. The trail covers all commits that the logs can contain.
 */
export class CommitTrail {
  private readonly kept: Commit[] = [];
  private firstKept = 0;
  private bytes = 0;

  /** The number of the last commit; 0 before the first. */
  get last(): number {
    return this.kept.at(-1)?.number ?? 0;
  }

  get length(): number {
    return this.kept.length - this.firstKept;
  }

  /** Adds a commit read from the store. Throws StoreDamagedError if it is damaged or a commit before it is missing. */
  restore(where: string, key: string, value: Buffer): void {
    const commit = decodeCommit(key, value);
    if (!commit) throw new StoreDamagedError(where, 'the record of a commit does not match its checksum');
    if (this.kept.length > 0 && commit.number !== this.last + 1) {
      throw new StoreDamagedError(where, `the commits from ${this.last + 1} to ${commit.number - 1} are missing`);
    }
    this.add(commit);
  }

  /**
   * Adds a commit of `bytes` bytes. Returns its key and value, and the keys of the commits that are no longer needed.
   */
  next(bytes: number): { key: string; value: Buffer; outdated: readonly string[] } {
    const commit: Commit = { number: this.last + 1, bytes: Math.min(bytes, MAX_COUNTED_BYTES) };
    this.add(commit);
    const outdated: string[] = [];
    for (
      let oldest = this.kept[this.firstKept];
      oldest && this.bytes - oldest.bytes > TRAIL_BYTES;
      oldest = this.kept[this.firstKept]
    ) {
      outdated.push(SPACES.commits + idKey(oldest.number));
      this.bytes -= oldest.bytes;
      this.firstKept++;
    }
    if (this.firstKept > MIN_SPLICED && this.firstKept > this.kept.length / 2) {
      this.kept.splice(0, this.firstKept);
      this.firstKept = 0;
    }
    return { key: SPACES.commits + idKey(commit.number), value: encodeCommit(commit), outdated };
  }

  private add(commit: Commit): void {
    this.kept.push(commit);
    this.bytes += commit.bytes;
  }
}

function encodeCommit({ number, bytes }: Commit): Buffer {
  const value = Buffer.allocUnsafe(8);
  value.writeUInt32BE(bytes, 4);
  value.writeUInt32BE(checksum(number, bytes), 0);
  return value;
}

function decodeCommit(key: string, value: Buffer): Commit | undefined {
  if (key.length !== ID_BYTES || value.length !== 8) return undefined;
  const number = toBuffer(key).readUIntBE(0, ID_BYTES);
  const bytes = value.readUInt32BE(4);
  return value.readUInt32BE(0) === checksum(number, bytes) ? { number, bytes } : undefined;
}

const checksum = (number: number, bytes: number): number => crc32(`${number}:${bytes}`);
