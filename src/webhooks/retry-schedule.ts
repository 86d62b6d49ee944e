/** Each wait is up to 10 % shorter or longer, so that retries do not come in waves. */
const JITTER = 0.1;

/**
 * Returns when to try again after `attempts` attempts; null if the schedule has ended.
 *
 * @param schedule seconds before each attempt, counted from the attempt before
 * @param random from 0 to 1
 */
export function nextAttemptAt(schedule: readonly number[], attempts: number, now: Date, random: number): Date | null {
  const seconds = schedule[attempts];
  if (seconds === undefined) return null;
  const factor = 1 + JITTER * (2 * random - 1);
  return new Date(now.getTime() + Math.round(seconds * 1000 * factor));
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/**
 * How long to pause an endpoint that answered 429, 502 or 504 without Retry-After, in ms: 5 s, doubled each time in
 * a row, at most 15 minutes.
 */
export function pauseAfter(timesBefore: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** timesBefore);
}
