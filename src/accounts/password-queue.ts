/** `check` compares a password with a hash, at a login; `create` makes a hash, at a registration. */
export type PasswordWork = 'check' | 'create';

/** The queue is full. */
export class QueueFullError extends Error {}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Runs a few tasks at once and lets a bounded number wait. Each kind of work has its own line: while both
 * wait, each gets its share of the places. One place is kept for logins, so that they do not wait for registrations.
 */
export class PasswordQueue {
  private readonly lanes: Record<PasswordWork, Lane> = {
    check: { running: 0, waiting: [] },
    create: { running: 0, waiting: [] },
  };

  /**
   * @param maxRunning tasks at once, of both kinds together
   * @param maxWaiting tasks of one kind that wait
   */
  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Throws QueueFullError, and what the task throws. */
  async run<T>(work: PasswordWork, task: () => Promise<T>): Promise<T> {
    const lane = this.lanes[work];
    this.expectRoom(work);
    const place = new Promise<void>((resolve) => lane.waiting.push(resolve));
    this.startNext();
    await place;
    try {
      return await task();
    } finally {
      lane.running -= 1;
      this.startNext();
    }
  }

  /** Throws QueueFullError if `run` would. */
  expectRoom(work: PasswordWork): void {
    if (this.lanes[work].waiting.length >= this.maxWaiting) throw new QueueFullError();
  }

  private startNext(): void {
    const { check, create } = this.lanes;
    if (check.running + create.running >= this.maxRunning) return;
    const canCreate = create.waiting.length > 0 && create.running < Math.max(1, this.maxRunning - 1);
    const checkIsNext = check.waiting.length > 0 && (!canCreate || check.running <= create.running);
    if (!checkIsNext && !canCreate) return;
    const lane = checkIsNext ? check : create;
    const begin = lane.waiting.shift();
    if (!begin) return;
    lane.running += 1;
    begin();
  }
}
