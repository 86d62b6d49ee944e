import type { AttemptResult } from './webhook-sender.js';

/** What an answer asks of the dispatcher (Standard Webhooks). */
export interface Meaning {
  readonly delivered: boolean;
  /** 410: the receiver wants no more webhooks. */
  readonly gone: boolean;
  /** 429, 502, 504 or Retry-After: the receiver wants fewer webhooks for a while. */
  readonly slowDown: boolean;
  /** The earliest next attempt that the receiver asked for, in ms from now. */
  readonly retryAfterMs: number;
}

const SLOW_DOWN: readonly (number | null)[] = [429, 502, 504];

/** Longer waits are capped at 24 hours. */
const LONGEST_WAIT_MS = 86_400_000;

export function meaningOf(
  { status, error, retryAfter }: Pick<AttemptResult, 'status' | 'error' | 'retryAfter'>,
  now: Date,
): Meaning {
  const retryAfterMs = error === null ? 0 : parseRetryAfter(retryAfter, now);
  return {
    delivered: error === null,
    gone: status === 410,
    slowDown: error !== null && (SLOW_DOWN.includes(status) || retryAfterMs > 0),
    retryAfterMs,
  };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), as ms from now; 0 for what is neither. */
function parseRetryAfter(value: string | null, now: Date): number {
  if (value === null) return 0;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : 0;
}
