import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BackgroundWorker } from './background-worker.js';

const IDLE_MS = 1000;

let worker: BackgroundWorker | undefined;
let errors: unknown[];
beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
  errors = [];
});
afterEach(async () => {
  await worker?.stop();
  jest.useRealTimers();
});

type Outcome = boolean | Date | null;

/** A worker whose steps answer these, one after another, and then null. Tells when each step began, in ms since the start. */
function started(...outcomes: (Outcome | Error)[]): number[] {
  const begun: number[] = [];
  const origin = Date.now();
  worker = new BackgroundWorker(
    'test',
    () => {
      begun.push(Date.now() - origin);
      const outcome = outcomes.shift() ?? null;
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    IDLE_MS,
    (error) => errors.push(error),
  );
  worker.start();
  return begun;
}

const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const inMs = (ms: number): Date => new Date(Date.now() + ms);

describe('A background worker', () => {
  it('begins at once, and again when it was idle for a while', async () => {
    const begun = started();
    await pass(2 * IDLE_MS + 10);
    expect(begun).toEqual([0, IDLE_MS, 2 * IDLE_MS]);
  });

  it('goes on at once while there is more to do', async () => {
    const begun = started(true, true, false);
    await pass(50);
    expect(begun).toHaveLength(3);
  });

  it('begins when the next work is due, not later', async () => {
    const begun = started(inMs(300));
    await pass(350);
    expect(begun).toEqual([0, 300]);
  });

  it('does not believe that nothing is due for longer than it may be idle', async () => {
    const begun = started(inMs(60 * IDLE_MS));
    await pass(IDLE_MS + 10);
    expect(begun).toEqual([0, IDLE_MS]);
  });

  it('begins at once when it is woken', async () => {
    const begun = started();
    await pass(100);
    worker?.wake();
    await pass(10);
    expect(begun).toEqual([0, 100]);
  });

  it('begins when it was told to be woken', async () => {
    const begun = started();
    await pass(100);
    worker?.wake(inMs(200));
    await pass(250);
    expect(begun).toEqual([0, 300]);
  });

  it('is not put off by being woken for later', async () => {
    const begun = started(inMs(100));
    await pass(10);
    worker?.wake(inMs(500));
    await pass(150);
    expect(begun).toEqual([0, 100]);
  });

  it('runs one step at a time, and again where it was woken meanwhile', async () => {
    let running = 0;
    let most = 0;
    let steps = 0;
    worker = new BackgroundWorker(
      'test',
      async () => {
        most = Math.max(most, ++running);
        steps++;
        await new Promise((resolve) => setTimeout(resolve, 50));
        running--;
        return null;
      },
      IDLE_MS,
      (error) => errors.push(error),
    );
    worker.start();
    await pass(10);
    worker.wake();
    worker.wake();
    await pass(30);
    expect(steps).toBe(1);
    await pass(60);
    expect({ most, steps }).toEqual({ most: 1, steps: 2 });
    await pass(100);
    expect(steps).toBe(2);
  });

  it('is unhealthy after a failure, waits, tries again and is healthy then', async () => {
    const begun = started(new Error('no database'), null);
    await pass(10);
    expect({ healthy: worker?.healthy, errors: errors.length, begun }).toEqual({
      healthy: false,
      errors: 1,
      begun: [0],
    });
    await pass(IDLE_MS);
    expect({ healthy: worker?.healthy, steps: begun.length }).toEqual({ healthy: true, steps: 2 });
  });

  it('does not spin when each step fails and it is woken during it', async () => {
    let steps = 0;
    worker = new BackgroundWorker(
      'test',
      () => {
        steps++;
        worker?.wake();
        return Promise.reject(new Error('no database'));
      },
      IDLE_MS,
      (error) => errors.push(error),
    );
    worker.start();
    await pass(IDLE_MS - 10);
    expect(steps).toBe(1);
  });

  it('has stopped when it says so: the step that runs has ended, and none begins', async () => {
    let ended = false;
    let steps = 0;
    worker = new BackgroundWorker(
      'test',
      async () => {
        steps++;
        await new Promise((resolve) => setTimeout(resolve, 50));
        ended = true;
        return true;
      },
      IDLE_MS,
      (error) => errors.push(error),
    );
    worker.start();
    await pass(10);
    const stopped = worker.stop();
    worker.wake();
    await pass(50);
    await stopped;
    expect({ ended, healthy: worker.healthy }).toEqual({ ended: true, healthy: false });
    await pass(10 * IDLE_MS);
    expect(steps).toBe(1);
  });

  it('is not healthy before it was started', () => {
    expect(
      new BackgroundWorker(
        'test',
        () => Promise.resolve(null),
        IDLE_MS,
        () => undefined,
      ).healthy,
    ).toBe(false);
  });
});
