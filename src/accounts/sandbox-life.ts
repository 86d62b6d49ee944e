import type { Sandbox } from './sandbox.schema.js';

/** The end of a life is written at most this often, not at each request. */
const RESOLUTION_MS = 3_600_000;

/** When a sandbox ends after a request at `now`; null if that need not be written. */
export function renewedExpiry(
  { expiresAt, renewedForMs }: Pick<Sandbox, 'expiresAt' | 'renewedForMs'>,
  now: Date,
): Date | null {
  if (renewedForMs === undefined) return null;
  const renewed = now.getTime() + renewedForMs;
  return renewed - expiresAt.getTime() < RESOLUTION_MS ? null : new Date(renewed);
}
