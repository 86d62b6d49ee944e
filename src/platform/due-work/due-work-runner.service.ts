import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isDatabaseUnreachable } from '../database/database-unreachable.js';
import { AnnouncedWork } from './announced-work.js';
import { BackgroundWorker } from './background-worker.js';
import { ClockRun, type DoneWork } from './clock-run.js';
import type { DueCount, DueWork } from './due-work.js';

/** Most items in one batch. */
const MAX_BATCH_SIZE = 64;

/** How often the runner searches the database, unless a kind of work needs it less often, in ms. */
const SEARCH_EVERY_MS = 500;

/** Least pause between two batches, in ms, so that each batch gets more work. */
const MIN_PAUSE_MS = 5;

/** Announced items are kept in memory up to this number, and if they are due within this time, in ms. */
const MAX_ANNOUNCED = 10_000;
const HORIZON_MS = 60_000;

/** An item whose work fails is tried again after 1 s, 2 s, 4 s and so on, up to 60 s. */
const FIRST_RETRY_DELAY_MS = 1_000;
const MAX_RETRY_DELAY_MS = 60_000;

/** A feature's handle on the kind of work that it registered. */
export interface RegisteredWork<Item> {
  /** Hints that this process has just written an item that is due at `dueAt`, so that it need not be read again. */
  announce(item: Item, dueAt: Date): void;
  /** Hints that an item that was not announced may be due now. */
  wake(): void;
}

/** Runs all due work: schedules, batches and retries it, and keeps one bad document from stopping the rest. */
@Injectable()
export class DueWorkRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DueWorkRunner.name);
  private readonly loops: DueWorkLoop<unknown>[] = [];
  /** Clocks whose due work this process is doing in the background, and whether it has to look once more. */
  private readonly wokenClocks = new Map<string, { isStale: boolean }>();
  private isStopping = false;

  /** Call it before the application has started. */
  register<Item>(work: DueWork<Item>): RegisteredWork<Item> {
    const loop = new DueWorkLoop(work);
    this.loops.push(loop);
    return loop;
  }

  onApplicationBootstrap(): void {
    for (const loop of this.loops) loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  /** Whether the last batch of this kind succeeded. */
  isHealthy(name: string): boolean {
    return this.loopOf(name).healthy;
  }

  /** Counts the due work of this kind that is not done yet. */
  backlogOf(name: string, now: Date): Promise<DueCount> {
    return this.loopOf(name).countDue(now);
  }

  /** A run of the work of one virtual clock. */
  clockRun(clockId: string, onDone: (done: DoneWork) => void = () => undefined): ClockRun {
    const kinds = this.loops.map(({ work }) => work);
    return new ClockRun(clockId, kinds, onDone, (name, error) => {
      this.logger.error(error, name);
    });
  }

  /**
   * Does what is due by a virtual clock; `now` says its time. Never rejects. Resolves when it is done; at once if that
   * clock was woken before, and then it is done by that run.
   */
  async wakeClock(clockId: string, now: () => Promise<Date | null>): Promise<void> {
    const woken = this.wokenClocks.get(clockId);
    if (woken) woken.isStale = true;
    else await this.runWoken(clockId, now);
  }

  private async runWoken(clockId: string, now: () => Promise<Date | null>): Promise<void> {
    const woken = { isStale: true };
    this.wokenClocks.set(clockId, woken);
    try {
      while (woken.isStale && !this.isStopping) {
        woken.isStale = false;
        const time = await now();
        if (time) await this.clockRun(clockId).runDue(time, () => this.isStopping);
      }
    } catch (error) {
      this.logger.error(error);
    } finally {
      this.wokenClocks.delete(clockId);
    }
  }

  private loopOf(name: string): DueWorkLoop<unknown> {
    const loop = this.loops.find((each) => each.name === name);
    if (!loop) throw new Error(`No work named ${name} is registered`);
    return loop;
  }
}

class DueWorkLoop<Item> implements RegisteredWork<Item> {
  private readonly logger: Logger;
  private readonly worker: BackgroundWorker;
  private readonly announced = new AnnouncedWork<Item>(MAX_ANNOUNCED, HORIZON_MS);
  private readonly failures = new Map<string, number>();
  private nextScanAt = 0;
  /** 0 until the first complete scan, because this process itself may have written the due items before a crash. */
  private graceMs = 0;

  constructor(readonly work: DueWork<Item>) {
    this.logger = new Logger(work.name);
    this.worker = new BackgroundWorker(
      work.name,
      () => this.step(),
      this.searchEveryMs,
      (error) => {
        this.logger.error(error);
      },
      MIN_PAUSE_MS,
    );
  }

  get name(): string {
    return this.work.name;
  }

  private get searchEveryMs(): number {
    return this.work.searchEveryMs ?? SEARCH_EVERY_MS;
  }

  get healthy(): boolean {
    return this.worker.healthy;
  }

  start(): void {
    this.worker.start();
  }

  stop(): Promise<void> {
    return this.worker.stop();
  }

  countDue(now: Date): Promise<DueCount> {
    return this.work.countDue(now);
  }

  announce(item: Item, dueAt: Date): void {
    this.announced.add(this.work.idOf(item), item, dueAt, new Date());
    this.worker.wake(dueAt);
  }

  wake(): void {
    this.nextScanAt = 0;
    this.worker.wake();
  }

  private async step(): Promise<boolean | Date | null> {
    const now = new Date();
    const limit = Math.min(MAX_BATCH_SIZE, this.work.capacity?.() ?? MAX_BATCH_SIZE);
    // A kind of work without capacity wakes this loop when it has some again.
    if (limit <= 0) return null;
    const items = this.announced.take(now, limit);
    try {
      if (now.getTime() >= this.nextScanAt && items.length < limit)
        items.push(...(await this.scan(now, limit - items.length)));
      await this.runEach(items, now);
    } catch (error) {
      for (const item of items) this.announced.add(this.work.idOf(item), item, now, now);
      throw error;
    }
    return (
      items.length >= limit || new Date(Math.min(this.nextScanAt, this.announced.nextDueAt?.getTime() ?? Infinity))
    );
  }

  private async scan(now: Date, limit: number): Promise<Item[]> {
    this.nextScanAt = now.getTime() + this.searchEveryMs;
    const until = new Date(now.getTime() - this.graceMs);
    const found = await this.work.findDue({ clockId: null, until, now, limit });
    if (found.length === limit) this.nextScanAt = 0;
    else this.graceMs = this.work.graceMs;
    return found.filter((item) => !this.announced.has(this.work.idOf(item)));
  }

  /** Runs the batch. If it fails, runs each item alone, so that one bad document does not stop the others. */
  private async runEach(items: readonly Item[], now: Date): Promise<void> {
    if (items.length === 0) return;
    try {
      await this.work.run(items, now, (_item, error) => {
        if (error !== undefined) this.logger.error(error);
      });
      if (this.failures.size > 0) for (const item of items) this.failures.delete(this.work.idOf(item));
    } catch (error) {
      if (isDatabaseUnreachable(error)) throw error;
      const [only] = items;
      if (items.length === 1 && only !== undefined) await this.postpone(only, error);
      else for (const item of items) await this.runEach([item], now);
    }
  }

  private async postpone(item: Item, error: unknown): Promise<void> {
    const id = this.work.idOf(item);
    const failures = this.failures.get(id) ?? 0;
    this.failures.set(id, failures + 1);
    this.logger.error(error);
    const delayMs = Math.min(MAX_RETRY_DELAY_MS, FIRST_RETRY_DELAY_MS * 2 ** failures);
    await this.work.postpone(item, new Date(Date.now() + delayMs));
  }
}
