import { describe, expect, it } from '@jest/globals';
import { ClockRun } from './clock-run.js';
import type { DueQuery, DueWork } from './due-work.js';

/** Times at which something is due, and what doing it leads to. */
class Kind implements DueWork<Date> {
  readonly graceMs = 0;
  reads = 0;
  searches = 0;

  constructor(
    readonly name: string,
    private due: Date[],
    private readonly whenDone: (at: Date) => void = () => undefined,
  ) {}

  add(at: Date): void {
    this.due.push(at);
  }

  idOf(at: Date): string {
    return at.toISOString();
  }

  dueAtOf(at: Date): Date {
    return at;
  }

  nextDueAt(): Promise<Date | null> {
    this.reads += 1;
    return Promise.resolve(this.due.length === 0 ? null : new Date(Math.min(...this.due.map(Number))));
  }

  findDue({ until }: DueQuery): Promise<Date[]> {
    this.searches += 1;
    return Promise.resolve(this.due.filter((at) => at <= until));
  }

  run(items: readonly Date[]): Promise<void> {
    this.due = this.due.filter((at) => !items.includes(at));
    for (const at of items) this.whenDone(at);
    return Promise.resolve();
  }

  postpone(): Promise<void> {
    return Promise.resolve();
  }

  countDue(): Promise<{ count: number; oldest: null }> {
    return Promise.resolve({ count: this.due.length, oldest: null });
  }
}

const NOW = new Date('2026-01-31T09:00:00.000Z');
const LATER = new Date('2026-01-31T10:00:00.000Z');

function runOf(...kinds: Kind[]) {
  const done: string[] = [];
  const run = new ClockRun(
    'clock',
    kinds,
    ({ type }) => done.push(type),
    (_name, error) => {
      throw error;
    },
  );
  return { run, done };
}

describe('A run of a virtual clock', () => {
  it('does what is due, and what follows from it at the same time, of kinds before and behind', async () => {
    const refund = new Kind('refund', []);
    const payout = new Kind('payout', []);
    const payment = new Kind('payment', [NOW, LATER], (at) => {
      refund.add(at);
      payout.add(at);
    });
    const { run, done } = runOf(refund, payment, payout);
    await run.runDue(NOW, () => false);
    expect(done).toEqual(['payment', 'refund', 'payout']);
    expect(await run.nextDueAt()).toEqual(LATER);
  });

  it('reads each kind twice and searches none where nothing is due', async () => {
    const kinds = [new Kind('payment', [LATER]), new Kind('payout', [])];
    const { run, done } = runOf(...kinds);
    await run.runDue(NOW, () => false);
    expect(await run.nextDueAt()).toEqual(LATER);
    expect([done, kinds.map(({ reads, searches }) => [reads, searches])]).toEqual([
      [],
      [
        [2, 0],
        [2, 0],
      ],
    ]);
  });
});
