import type { DueWork } from './due-work.js';

const BATCH_SIZE = 500;

/** One piece of work that was done. */
export interface DoneWork {
  /** When it was due, by the clock. */
  readonly at: Date;
  /** The name of the work. */
  readonly type: string;
  /** The id of the item, as stored. */
  readonly id: string;
}

/** When each kind of work is due next; nothing of the kinds that are missing is due. */
type Times = ReadonlyMap<DueWork<unknown>, Date>;

function earliest(times: Times): Date | null {
  return times.size === 0 ? null : new Date(Math.min(...[...times.values()].map((time) => time.getTime())));
}

function areEqual(one: Times, other: Times): boolean {
  return one.size === other.size && [...one].every(([kind, time]) => other.get(kind)?.getTime() === time.getTime());
}

/** An item whose work failed, for the caller to report. */
export type OnFailure = (name: string, error: unknown) => void;

/** How long an item whose work failed is left alone, in ms. */
const POSTPONE_MS = 1_000;

/** Does the work of one virtual clock, in order of time. Only whoever holds the lease on the clock moves it. */
export class ClockRun {
  /** The ids of items whose work failed: this run does not try them again. */
  private readonly failed: string[] = [];
  /** What was read last, if nothing was done since. */
  private seen: Times | undefined;

  constructor(
    private readonly clockId: string,
    private readonly kinds: readonly DueWork<unknown>[],
    private readonly onDone: (done: DoneWork) => void,
    private readonly onFailure: OnFailure,
  ) {}

  /** When the next work is due; null if there is none. */
  async nextDueAt(): Promise<Date | null> {
    return earliest(await this.agreedTimes());
  }

  /**
   * When each kind is due next. Reads until two reads agree: a read beside the end of an attempt may find its item
   * first, although it is due later by then than others.
   */
  private async agreedTimes(): Promise<Times> {
    for (let times = this.seen ?? (await this.readTimes()); ;) {
      const again = await this.readTimes();
      if (areEqual(again, times)) return again;
      times = again;
    }
  }

  private async readTimes(): Promise<Times> {
    const times = new Map<DueWork<unknown>, Date>();
    await Promise.all(
      this.kinds.map(async (kind) => {
        const time = await kind.nextDueAt?.(this.clockId, this.failed);
        if (time) times.set(kind, time);
      }),
    );
    this.seen = times;
    return times;
  }

  /** How far the clock may go at once, from one due time on and to `limit` at most. */
  async nextStop(next: Date, limit: Date): Promise<Date> {
    const times = await this.agreedTimes();
    const others = earliest(new Map([...times].filter(([kind]) => !kind.quietUntil)));
    const until = new Date(Math.min(limit.getTime(), (others?.getTime() ?? Infinity) - 1));
    if (until <= next) return next;
    const stops = await Promise.all(
      this.kinds.flatMap((kind) => (kind.quietUntil ? [kind.quietUntil(this.clockId, until)] : [])),
    );
    // With more than one such kind, none may pass the due work of another one.
    const [stop = null, ...more] = stops;
    return stop !== null && more.length === 0 && stop > next ? stop : next;
  }

  /** Does all that is due at `now` and not leased, and what follows from it at that time, until it is to stop. */
  async runDue(now: Date, isStopped: () => boolean): Promise<void> {
    for (let isDone = false; !isDone && !isStopped();) {
      isDone = true;
      const times = await this.readTimes();
      for (const kind of this.kinds) {
        const time = times.get(kind);
        if (time && time <= now && (await this.runKind(kind, now)) > 0) isDone = false;
      }
    }
  }

  private async runKind(kind: DueWork<unknown>, now: Date): Promise<number> {
    const items = await kind.findDue({
      clockId: this.clockId,
      until: now,
      now: new Date(),
      limit: BATCH_SIZE,
      except: this.failed,
    });
    if (items.length > 0) {
      this.seen = undefined;
      await this.runItems(kind, items, now);
    }
    return items.length;
  }

  private async runItems(kind: DueWork<unknown>, items: readonly unknown[], now: Date): Promise<void> {
    const notDone = new Map<unknown, unknown>();
    try {
      await kind.run(items, now, (item, error) => notDone.set(item, error));
    } catch (error) {
      if (items.length > 1) {
        for (const item of items) await this.runItems(kind, [item], now);
        return;
      }
      notDone.set(items[0], error);
    }
    for (const item of items) {
      const error = notDone.get(item);
      if (error !== undefined) await this.fail(kind, item, error);
      else if (!notDone.has(item)) this.onDone({ at: kind.dueAtOf(item), type: kind.name, id: kind.idOf(item) });
    }
  }

  private async fail(kind: DueWork<unknown>, item: unknown, error: unknown): Promise<void> {
    this.onFailure(kind.name, error);
    this.failed.push(kind.idOf(item));
    await kind.postpone(item, new Date(Date.now() + POSTPONE_MS));
  }
}
