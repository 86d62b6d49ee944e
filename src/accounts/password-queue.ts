/** `check`: compare a password with a hash (login). `create`: hash a password (registration). */
export type PasswordWork = 'check' | 'create';

/** Too many tasks of this kind wait already. */
export class QueueFullError extends Error {}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Runs a few tasks at once and queues a limited number. Each kind of work has its own queue; while both queues have
 * tasks, each gets its share of the slots. One slot is reserved for logins, so that registrations do not delay them.
 */
export class PasswordQueue {
  private readonly lanes: Record<PasswordWork, Lane> = {
    check: { running: 0, waiting: [] },
    create: { running: 0, waiting: [] },
  };

  /**
   * @param maxRunning maximum number of running tasks, both kinds together
   * @param maxWaiting maximum number of waiting tasks of each kind
   */
  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Throws QueueFullError if too many tasks of this kind wait; otherwise rejects if the task rejects. */
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

  /** Throws QueueFullError if `run` would throw it now. */
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
