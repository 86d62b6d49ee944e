/** How long a write whose end is not known may still be carried out by the database, in ms. */
const UNCERTAIN_FOR_MS = 5_000;

/** A change of an object, stored, that something must still follow from. */
export interface StoredChange<T> {
  readonly object: T;
  /** The place of the first new entry in the object's history. */
  readonly firstEntry: number;
  readonly changedAt: Date;
}

/** A write under way; exactly one of its methods is called when it has ended. */
export interface PendingWrite<T> {
  readonly changedAt: Date;
  made(object: T, firstEntry: number): void;
  refused(): void;
  /** It may have been made, or may still be: what was changed since is to be read. */
  uncertain(): void;
}

/**
 * What one process has written and not relayed yet, in memory, and the time before which nothing is left: the mark. The mark
 * stands still at the oldest write that is under way, waits, or has an unknown end.
 */
export class RelayProgress<T> {
  private readonly underWay = new Set<Date>();
  private readonly waiting: StoredChange<T>[] = [];
  private relaying: readonly StoredChange<T>[] = [];
  private rereadFrom: Date | null = null;

  constructor(
    private readonly maxWaiting: number,
    private readonly onWaiting: () => void,
  ) {}

  beginWrite(changedAt: Date): PendingWrite<T> {
    this.underWay.add(changedAt);
    const ended = (): void => {
      this.underWay.delete(changedAt);
    };
    return {
      changedAt,
      made: (object, firstEntry) => {
        ended();
        this.add({ object, firstEntry, changedAt });
      },
      refused: ended,
      uncertain: () => {
        // The database may carry it out a little later.
        setTimeout(() => {
          ended();
          this.reread(changedAt);
        }, UNCERTAIN_FOR_MS).unref();
      },
    };
  }

  private add(change: StoredChange<T>): void {
    if (this.waiting.length < this.maxWaiting) this.waiting.push(change);
    else this.reread(change.changedAt);
    this.onWaiting();
  }

  /** Changes since `from` are to be read from the database. */
  reread(from: Date): void {
    if (this.rereadFrom === null || from < this.rereadFrom) this.rereadFrom = from;
    this.onWaiting();
  }

  /** The next changes to relay; they count as not relayed until the next call. */
  takeBatch(limit: number): readonly StoredChange<T>[] {
    this.relaying = this.waiting.splice(0, limit);
    return this.relaying;
  }

  /** The batch was relayed, or its failures are on record elsewhere. */
  batchDone(): void {
    this.relaying = [];
  }

  /** The batch was not relayed; it is taken again first. */
  batchFailed(): void {
    this.waiting.unshift(...this.relaying);
    this.relaying = [];
  }

  /** From when changes are to be read from the database; null where none are. */
  get unreadFrom(): Date | null {
    return this.rereadFrom;
  }

  /** Everything since `from` was read and relayed, unless an earlier time was asked for meanwhile. */
  rereadDone(from: Date): void {
    if (this.rereadFrom === from) this.rereadFrom = null;
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Whether there is anything that a mark must stand still at. */
  get isIdle(): boolean {
    return (
      this.underWay.size === 0 && this.waiting.length === 0 && this.relaying.length === 0 && this.rereadFrom === null
    );
  }

  /** Every change before this time is relayed. */
  relayedUpTo(now: Date): Date {
    // Batches are taken in the order in which writes ended, so that any of them may be the oldest.
    let oldest = now;
    for (const changedAt of this.underWay) if (changedAt < oldest) oldest = changedAt;
    for (const { changedAt } of [...this.relaying, ...this.waiting]) if (changedAt < oldest) oldest = changedAt;
    return this.rereadFrom !== null && this.rereadFrom < oldest ? this.rereadFrom : oldest;
  }
}
