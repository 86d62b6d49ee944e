import type { ClassicLevel } from 'classic-level';

/** What a chained batch is made of. Its public methods end with one write, and check every change once more. */
interface BatchParts {
  _put(key: Buffer, value: Buffer): void;
  _del(key: Buffer): void;
  _write(options: { readonly sync: boolean }): Promise<void>;
  _clear(): void;
  close(): Promise<void>;
}

/** A batch that was larger keeps too much memory to be used again. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/**
 * One batch that is used for every group. `classic-level` frees the memory of a batch only when JavaScript's garbage
 * is collected, which is seldom: with a batch for each group, hundreds of megabytes were waiting for it.
 */
export class GroupBatch {
  private batch: BatchParts;

  constructor(private readonly level: ClassicLevel<Buffer, Buffer>) {
    this.batch = this.create();
  }

  private create(): BatchParts {
    return this.level.batch() as unknown as BatchParts;
  }

  put(key: Buffer, value: Buffer): void {
    this.batch._put(key, value);
  }

  remove(key: Buffer): void {
    this.batch._del(key);
  }

  /** Writes and syncs what was added, which had so many bytes. */
  async write(bytes: number): Promise<void> {
    await this.batch._write({ sync: true });
    if (bytes <= MAX_KEPT_BYTES) {
      this.batch._clear();
    } else {
      await this.batch.close();
      this.batch = this.create();
    }
  }
}
