import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DueQuery, DueWork } from './due-work.js';
import { DueWorkRunner } from './due-work-runner.service.js';

interface Item {
  readonly id: string;
  readonly dueAt: Date;
  leaseUntil?: Date;
}

/** Items in memory instead of a collection. */
class Items implements DueWork<Item> {
  readonly name = 'test.work';
  readonly done: string[] = [];
  readonly batches: number[] = [];
  searches = 0;
  broken = new Set<string>();
  private onDone: () => void = () => undefined;

  constructor(
    readonly items: Item[],
    readonly graceMs = 0,
    readonly searchEveryMs = 500,
  ) {}

  dueAtOf({ dueAt }: Item): Date {
    return dueAt;
  }

  idOf({ id }: Item): string {
    return id;
  }

  findDue({ until, now, limit }: DueQuery): Promise<Item[]> {
    this.searches += 1;
    return Promise.resolve(
      this.items
        .filter(
          ({ id, dueAt, leaseUntil }) => dueAt <= until && !(leaseUntil && leaseUntil > now) && !this.done.includes(id),
        )
        .slice(0, limit),
    );
  }

  run(items: readonly Item[]): Promise<void> {
    this.batches.push(items.length);
    if (items.some(({ id }) => this.broken.has(id))) return Promise.reject(new Error('It is broken.'));
    this.done.push(...items.map(({ id }) => id));
    this.onDone();
    return Promise.resolve();
  }

  postpone(item: Item, until: Date): Promise<void> {
    item.leaseUntil = until;
    return Promise.resolve();
  }

  countDue(): Promise<{ count: number; oldest: null }> {
    return Promise.resolve({ count: this.items.length - this.done.length, oldest: null });
  }

  /** Resolves when `count` items are done. */
  async whenDone(count: number): Promise<void> {
    while (this.done.length < count)
      await new Promise<void>((resolve) => {
        this.onDone = resolve;
      });
  }
}

const itemsDue = (count: number): Item[] =>
  Array.from({ length: count }, (_, n) => ({ id: `item-${n}`, dueAt: new Date(0) }));

let runner: DueWorkRunner;
beforeAll(() => {
  Logger.overrideLogger(false);
});
afterEach(() => runner.onApplicationShutdown());

function startRunner(work: Items): DueWorkRunner {
  runner = new DueWorkRunner();
  runner.register(work);
  runner.onApplicationBootstrap();
  return runner;
}

describe('The runner of due work', () => {
  it('searches for work of others as often as the kind of work says', async () => {
    jest.useFakeTimers();
    try {
      const work = new Items([], 0, 2_000);
      startRunner(work);
      await jest.advanceTimersByTimeAsync(1_900);
      expect(work.searches).toBe(1);
      await jest.advanceTimersByTimeAsync(2_000);
      expect(work.searches).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does all due work, in batches', async () => {
    const work = new Items(itemsDue(450));
    startRunner(work);
    await work.whenDone(450);
    expect(work.batches.length).toBeLessThan(20);
    expect(new Set(work.done).size).toBe(450);
    expect(await runner.backlogOf('test.work', new Date())).toEqual({ count: 0, oldest: null });
  });

  it('does the other items of a batch in which one fails, and postpones that one', async () => {
    const work = new Items(itemsDue(5));
    work.broken.add('item-2');
    startRunner(work);
    await work.whenDone(4);
    expect(work.done).toEqual(['item-0', 'item-1', 'item-3', 'item-4']);
    expect(work.items[2]?.leaseUntil?.getTime()).toBeGreaterThan(Date.now());
    expect(runner.isHealthy('test.work')).toBe(true);
  });

  it('retries a failed item until it succeeds', async () => {
    const work = new Items(itemsDue(2));
    work.broken.add('item-0');
    startRunner(work);
    await work.whenDone(1);
    work.broken.clear();
    await work.whenDone(2);
    expect(work.done).toEqual(['item-1', 'item-0']);
  });

  it('does announced work without reading it', async () => {
    const work = new Items([], 60_000);
    runner = new DueWorkRunner();
    const registered = runner.register(work);
    runner.onApplicationBootstrap();
    registered.announce({ id: 'announced', dueAt: new Date() }, new Date());
    await work.whenDone(1);
    expect(work.done).toEqual(['announced']);
  });
});
