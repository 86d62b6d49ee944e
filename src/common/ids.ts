import { randomBytes } from 'node:crypto';

/** Every kind of id the gateway gives out begins with one of these. */
export type IdPrefix = 'user' | 'key' | 'txn' | 'pm' | 'ref' | 'evt' | 'we' | 'whd' | 'req' | 'log' | 'sec';

const TIME_DIGITS = 12;

/** Matches every id of the gateway. */
export const ID_PATTERN = /^[a-z]+_[0-9a-f]{24}$/;

/**
 * A new id: the prefix, 12 hex digits of time (ms) and 12 random ones. Ids made later sort later, so that
 * "newest first" and cursors need no second field.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  return `${prefix}_${newSeed(now)}`;
}

/** What follows the prefix of a new id. */
export function newSeed(now: Date): string {
  return `${timeDigits(now)}${randomBytes(6).toString('hex')}`;
}

/** Where the ids of a moment begin: every id made before sorts below, every one made then or later above. */
export function idAt(prefix: IdPrefix, time: Date): string {
  return `${prefix}_${timeDigits(time)}`;
}

function timeDigits(time: Date): string {
  return time.getTime().toString(16).padStart(TIME_DIGITS, '0');
}
