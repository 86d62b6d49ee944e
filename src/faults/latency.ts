import { type Effect, LONGEST_LATENCY_MS } from './effects.js';

/** The 99th percentile of the standard normal distribution. */
const Z_99 = 2.326347874;

/**
 * How long a latency waits, in ms: `ms`, or a value of the log-normal distribution that has these percentiles.
 *
 * @param one, other independent numbers from 0 to 1, without 1
 */
export function latencyOf({ ms, p50 = 0, p99 = 0 }: Effect, one: number, other: number): number {
  if (ms !== undefined) return ms;
  if (p50 === 0) return 0;
  // Box and Muller: two even numbers make a normal one.
  const normal = Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other);
  const sigma = Math.log(p99 / p50) / Z_99;
  return Math.min(Math.round(p50 * Math.exp(sigma * normal)), LONGEST_LATENCY_MS);
}
