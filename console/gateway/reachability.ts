const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 5_000;

/** Whether the gateway answers. Asks by itself again once it did not. */
export class Reachability {
  private lost = false;
  private readonly listeners = new Set<() => void>();

  /** @param isThere asks the gateway whether it is there */
  constructor(private readonly isThere: () => Promise<boolean>) {}

  get isLost(): boolean {
    return this.lost;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A request had no answer. */
  noteLost(): void {
    if (this.lost) return;
    this.change(true);
    void this.watch();
  }

  private async watch(): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(MAX_WAIT_MS, wait * 1.5)) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (await this.isThere()) break;
    }
    this.change(false);
  }

  private change(lost: boolean): void {
    this.lost = lost;
    for (const listener of this.listeners) listener();
  }
}
