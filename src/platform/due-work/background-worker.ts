/**
 * Repeats a step until it is stopped: at once while the step finds work, otherwise when it is woken or after `idleMs`.
 * The database holds the due work; waking only shortens the wait.
 */
export class BackgroundWorker {
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Infinity;
  private running: Promise<void> | undefined;
  private wokenWhileRunning = false;
  private pauseUntil = 0;
  private stopped = true;
  private failing = false;

  /**
   * @param step does one batch. Returns `true` if there may be more work now, otherwise when the next work is due
   * (null: unknown).
   */
  constructor(
    readonly name: string,
    private readonly step: () => Promise<boolean | Date | null>,
    private readonly idleMs: number,
    private readonly onError: (error: unknown) => void,
    /**
     * Least pause between two steps, in ms, so that each step gets more work. No pause while there is more work now.
     */
    private readonly minPauseMs = 0,
  ) {}

  /** False from a failed step until the next successful one, and while the worker is stopped. */
  get healthy(): boolean {
    return !this.stopped && !this.failing;
  }

  start(): void {
    this.stopped = false;
    this.wake();
  }

  /** Starts a step no later than `at`, or right after the running step and the least pause. */
  wake(at: Date = new Date()): void {
    if (this.stopped) return;
    if (this.running) {
      if (at.getTime() <= Date.now()) this.wokenWhileRunning = true;
      else this.wakeAt = Math.min(this.wakeAt, at.getTime());
      return;
    }
    this.schedule(Math.max(at.getTime(), this.pauseUntil));
  }

  /** Resolves when the running step, if any, has ended. No step starts afterwards. */
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
        // The step runs in a microtask, so that `running` is set when the step itself calls wake().
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
    this.pauseUntil = more ? 0 : Date.now() + this.minPauseMs;
    next = Math.max(Math.min(next, this.wakeAt), this.pauseUntil);
    this.wakeAt = Infinity;
    this.schedule(next);
  }
}
