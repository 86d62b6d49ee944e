import { describe, expect, it } from '@jest/globals';
import { latencyOf } from './latency.js';
import { fractionOf } from '../platform/worlds/world-ids.js';

describe('A latency', () => {
  it('is the one that was asked for', () => {
    expect(latencyOf({ type: 'latency', ms: 200 }, 0.3, 0.9)).toBe(200);
    expect(latencyOf({ type: 'latency', p50: 0, p99: 5 }, 0.3, 0.9)).toBe(0);
  });

  it('has the percentiles that were asked for', () => {
    const waits = Array.from({ length: 20_000 }, (_, n) =>
      latencyOf({ type: 'latency', p50: 100, p99: 1000 }, fractionOf(`${n} one`), fractionOf(`${n} other`)),
    ).sort((a, b) => a - b);
    expect(waits[10_000]).toBeGreaterThan(95);
    expect(waits[10_000]).toBeLessThan(105);
    expect(waits[19_800]).toBeGreaterThan(850);
    expect(waits[19_800]).toBeLessThan(1150);
  });

  it('is never longer than the longest one', () => {
    expect(latencyOf({ type: 'latency', p50: 1, p99: 60_000 }, 0.9999999, 0)).toBe(60_000);
  });
});
