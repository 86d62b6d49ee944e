import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextAttemptAt, pauseAfter } from './retry-schedule.js';

const NOW = new Date('2025-11-05T10:45:00.000Z');
const schedule = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });

describe('The retry schedule', () => {
  it('has an attempt for each of its waits, and then no more', () => {
    fc.assert(
      fc.property(schedule, fc.nat(30), fc.double({ min: 0, max: 1, noNaN: true }), (seconds, attempts, random) => {
        expect(nextAttemptAt(seconds, attempts, NOW, random) === null).toBe(attempts >= seconds.length);
      }),
    );
  });

  it('waits as long as it says, give or take a tenth, from the attempt before', () => {
    fc.assert(
      fc.property(schedule, fc.double({ min: 0, max: 1, noNaN: true }), (seconds, random) => {
        const [first = 0] = seconds;
        const waited = (nextAttemptAt(seconds, 0, NOW, random)?.getTime() ?? NaN) - NOW.getTime();
        expect(waited).toBeGreaterThanOrEqual(first * 900 - 1);
        expect(waited).toBeLessThanOrEqual(first * 1100 + 1);
      }),
    );
  });

  it('is exact in the middle of the jitter', () => {
    expect(nextAttemptAt([0, 5, 300], 2, NOW, 0.5)).toEqual(new Date('2025-11-05T10:50:00.000Z'));
  });

  it('spreads attempts that failed together', () => {
    const times = [0, 0.25, 0.5, 0.75, 1].map((random) => nextAttemptAt([60], 0, NOW, random)?.getTime());
    expect(new Set(times).size).toBe(5);
  });
});

describe('The pause of an endpoint that asks for less', () => {
  it('begins at seconds and grows to a quarter of an hour', () => {
    expect([0, 1, 2, 7, 8, 1000].map(pauseAfter)).toEqual([5_000, 10_000, 20_000, 640_000, 900_000, 900_000]);
  });
});
