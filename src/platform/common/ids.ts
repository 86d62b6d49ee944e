import { randomInt } from 'node:crypto';

/** Every kind of id the gateway gives out begins with one of these. */
export type IdPrefix = 'user' | 'key' | 'txn' | 'pm' | 'ref' | 'evt' | 'we' | 'whd' | 'req' | 'log' | 'sec';

const TIME_DIGITS = 12;
const TAIL_DIGITS = 12;
const MAX_STEP = 2 ** 24;

/** Matches every id of the gateway. */
export const ID_PATTERN = /^[a-z]+_[0-9a-f]{24}$/;

/** Matches every id with this prefix. */
export function idPattern(prefix: IdPrefix): RegExp {
  return new RegExp(`^${prefix}_[0-9a-f]{24}$`);
}

/**
 * A new id: the prefix, 12 hex digits of time (ms) and 12 random ones. Ids made later sort later, so that
 * "newest first" and cursors need no second field.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  return `${prefix}_${newSeed(now)}`;
}

let lastTime = 0;
let lastTimeDigits = '';
let lastTail = 0;

/** What follows the prefix of a new id; of two made in one millisecond by this process, the later one sorts later. */
export function newSeed(now: Date): string {
  // A moment that lies back a little is not told apart from the latest.
  const time = Math.max(now.getTime(), lastTime);
  // Within a millisecond the tail goes up by a random step; it begins low enough never to run over.
  if (time === lastTime) lastTail += 1 + randomInt(MAX_STEP);
  else {
    lastTail = randomInt(2 ** 47);
    lastTimeDigits = timeDigits(new Date(time));
    lastTime = time;
  }
  return `${lastTimeDigits}${lastTail.toString(16).padStart(TAIL_DIGITS, '0')}`;
}

/** The moment that an id was made. */
export function timeOf(id: string): Date {
  const begin = id.indexOf('_') + 1;
  return new Date(parseInt(id.slice(begin, begin + TIME_DIGITS), 16));
}

/** Where the ids of a moment begin: every id made before sorts below, every one made then or later above. */
export function idAt(prefix: IdPrefix, time: Date): string {
  return `${prefix}_${timeDigits(time)}`;
}

function timeDigits(time: Date): string {
  return time.getTime().toString(16).padStart(TIME_DIGITS, '0');
}
