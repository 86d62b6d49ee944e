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

/**
 * Starts a worker whose steps return these outcomes in order, then null. Returns the start times of its steps, in ms.
 */
function startWorker(...outcomes: (Outcome | Error)[]): number[] {
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
  it('runs a step at once, and again after each idle time', async () => {
    const begun = startWorker();
    await pass(2 * IDLE_MS + 10);
    expect(begun).toEqual([0, IDLE_MS, 2 * IDLE_MS]);
  });

  it('runs the next step at once while there is more to do', async () => {
    const begun = startWorker(true, true, false);
    await pass(50);
    expect(begun).toHaveLength(3);
  });

  it('runs a step when the next work is due', async () => {
    const begun = startWorker(inMs(300));
    await pass(350);
    expect(begun).toEqual([0, 300]);
  });

  it('runs a step after the idle time even if the next work is due later', async () => {
    const begun = startWorker(inMs(60 * IDLE_MS));
    await pass(IDLE_MS + 10);
    expect(begun).toEqual([0, IDLE_MS]);
  });

  it('runs a step at once when it is woken', async () => {
    const begun = startWorker();
    await pass(100);
    worker?.wake();
    await pass(10);
    expect(begun).toEqual([0, 100]);
  });

  it('runs a step at the time for which it is woken', async () => {
    const begun = startWorker();
    await pass(100);
    worker?.wake(inMs(200));
    await pass(250);
    expect(begun).toEqual([0, 300]);
  });

  it('keeps an earlier due time when it is woken for later', async () => {
    const begun = startWorker(inMs(100));
    await pass(10);
    worker?.wake(inMs(500));
    await pass(150);
    expect(begun).toEqual([0, 100]);
  });

  it('runs one step at a time, and another one if it is woken during a step', async () => {
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

  it('is unhealthy after a failure, until a later step succeeds', async () => {
    const begun = startWorker(new Error('no database'), null);
    await pass(10);
    expect({ healthy: worker?.healthy, errors: errors.length, begun }).toEqual({
      healthy: false,
      errors: 1,
      begun: [0],
    });
    await pass(IDLE_MS);
    expect({ healthy: worker?.healthy, steps: begun.length }).toEqual({ healthy: true, steps: 2 });
  });

  it('waits between failing steps even if it is woken during each of them', async () => {
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

  it('resolves stop() when the running step has ended, and starts no other', async () => {
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

  it('is not healthy before it is started', () => {
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
