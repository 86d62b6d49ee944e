/** How long the database may still carry out a write that failed with an unknown result, in ms. */
const UNCERTAIN_FOR_MS = 5_000;

/** A stored change that is not relayed yet. */
export interface StoredChange<T> {
  readonly object: T;
  /** The index of the first new entry in the object's history. */
  readonly firstEntry: number;
  readonly changedAt: Date;
}

/** A write in progress. Call exactly one of its methods when it ends. */
export interface PendingWrite<T> {
  readonly changedAt: Date;
  made(object: T, firstEntry: number): void;
  refused(): void;
  /** It was made, and relayed by the caller. */
  relayed(): void;
  /** The result is unknown: changes since the write are read again. */
  uncertain(): void;
}

/**
 * What one process has written but not relayed, in memory, and the mark: the time before which all is relayed. The
 * mark does not pass the oldest write that is in progress, waits, or has an unknown result.
 */
export class RelayProgress<T> {
  private readonly underWay = new Set<Date>();
  private readonly waiting: StoredChange<T>[] = [];
  private relaying: readonly StoredChange<T>[] = [];
  private rereadFrom: Date | null = null;
  /** How many changes have ever waited, and how many of those are relayed. */
  private added = 0;
  private relayedCount = 0;
  private waiters: { readonly until: number; readonly resume: () => void }[] = [];

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
      relayed: ended,
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
    if (this.waiting.length < this.maxWaiting) {
      this.waiting.push(change);
      this.added += 1;
    } else this.reread(change.changedAt);
    this.onWaiting();
  }

  /** Whether a change that `matches` waits, or is being relayed. */
  holds(matches: (object: T) => boolean): boolean {
    const isHeld = ({ object }: StoredChange<T>): boolean => matches(object);
    return this.relaying.some(isHeld) || this.waiting.some(isHeld);
  }

  /** Resolves when all that waits now is relayed, or when a batch fails: then it is relayed later. */
  untilRelayed(): Promise<void> {
    const until = this.added;
    if (this.relayedCount >= until) return Promise.resolve();
    return new Promise((resume) => {
      this.waiters.push({ until, resume });
    });
  }

  private resume(until: number): void {
    const [ready, others] = [
      this.waiters.filter((each) => each.until <= until),
      this.waiters.filter((each) => each.until > until),
    ];
    this.waiters = others;
    for (const { resume } of ready) resume();
  }

  /** Asks for changes since `from` to be read from the database. */
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
    this.relayedCount += this.relaying.length;
    this.relaying = [];
    this.resume(this.relayedCount);
  }

  /** The batch was not relayed; it is taken again first. */
  batchFailed(): void {
    this.waiting.unshift(...this.relaying);
    this.relaying = [];
    this.resume(Infinity);
  }

  /** From when changes must be read from the database; null if there is no need. */
  get unreadFrom(): Date | null {
    return this.rereadFrom;
  }

  /** Call this when all changes since `from` are relayed; an earlier time that was asked for meanwhile stays. */
  rereadDone(from: Date): void {
    if (this.rereadFrom === from) this.rereadFrom = null;
  }

  /**
   * When the oldest write that is under way began; null if there is none. Others may read it from the database before
   * this process hears that it was made.
   */
  get underWaySince(): Date | null {
    let oldest: Date | null = null;
    for (const changedAt of this.underWay) if (oldest === null || changedAt < oldest) oldest = changedAt;
    return oldest;
  }

  /** What is in memory and not relayed yet. */
  get notRelayed(): readonly StoredChange<T>[] {
    return [...this.relaying, ...this.waiting];
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** True if nothing holds the mark back. */
  get isIdle(): boolean {
    return (
      this.underWay.size === 0 && this.waiting.length === 0 && this.relaying.length === 0 && this.rereadFrom === null
    );
  }

  /** Every change before this time is relayed. */
  relayedUpTo(now: Date): Date {
    // Changes wait in the order in which their writes ended, so any of them may be the oldest.
    const { underWaySince } = this;
    let oldest = underWaySince !== null && underWaySince < now ? underWaySince : now;
    for (const { changedAt } of [...this.relaying, ...this.waiting]) if (changedAt < oldest) oldest = changedAt;
    return this.rereadFrom !== null && this.rereadFrom < oldest ? this.rereadFrom : oldest;
  }
}
