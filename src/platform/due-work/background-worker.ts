/**
 * Repeats a step for as long as the process lives: at once while it finds work, otherwise when it is woken
 * or after `idleMs`. What is due stands in the database; waking is only a hint that saves waiting.
 */
export class BackgroundWorker {
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Infinity;
  private running: Promise<void> | undefined;
  private wokenWhileRunning = false;
  private restUntil = 0;
  private stopped = true;
  private failing = false;

  /**
   * @param step does one batch; answers `true` when there may be more at once, otherwise when the next
   * work is due (null: not known).
   */
  constructor(
    readonly name: string,
    private readonly step: () => Promise<boolean | Date | null>,
    private readonly idleMs: number,
    private readonly onError: (error: unknown) => void,
    /** Least time from the end of a step to the next, in ms, so that more work gathers for each; none while there is more at once. */
    private readonly restMs = 0,
  ) {}

  /** False after a step failed, until one succeeds again, and when it is not running at all. */
  get healthy(): boolean {
    return !this.stopped && !this.failing;
  }

  start(): void {
    this.stopped = false;
    this.wake();
  }

  /** Makes sure that a step begins no later than `at`. */
  wake(at: Date = new Date()): void {
    if (this.stopped) return;
    if (this.running) {
      if (at.getTime() <= Date.now()) this.wokenWhileRunning = true;
      else this.wakeAt = Math.min(this.wakeAt, at.getTime());
      return;
    }
    this.schedule(Math.max(at.getTime(), this.restUntil));
  }

  /** Resolves when the step that runs, if any, has ended; none begins afterwards. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(at: number): void {
    if (this.timer !== undefined && at >= this.wakeAt) return;
    clearTimeout(this.timer);
    this.wakeAt = at;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.wakeAt = Infinity;
        // Begun in a microtask, so that what the step wakes finds it running.
        this.running = Promise.resolve().then(() => this.run());
      },
      Math.max(0, at - Date.now()),
    );
  }

  private async run(): Promise<void> {
    let next = Date.now() + this.idleMs;
    let more = false;
    try {
      const outcome = await this.step();
      more = outcome === true;
      if (more) next = 0;
      else if (outcome instanceof Date) next = Math.min(next, outcome.getTime());
      this.failing = false;
    } catch (error) {
      this.failing = true;
      this.onError(error);
    }
    this.running = undefined;
    if (this.stopped) return;
    if (this.wokenWhileRunning && !this.failing) next = 0;
    this.wokenWhileRunning = false;
    this.restUntil = more ? 0 : Date.now() + this.restMs;
    next = Math.max(Math.min(next, this.wakeAt), this.restUntil);
    this.wakeAt = Infinity;
    this.schedule(next);
  }
}
