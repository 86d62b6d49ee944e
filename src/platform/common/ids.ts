import { randomInt } from 'node:crypto';

/** The prefixes of the gateway's ids, one for each kind. */
export type IdPrefix =
  | 'user'
  | 'key'
  | 'txn'
  | 'pm'
  | 'ref'
  | 'evt'
  | 'we'
  | 'whd'
  | 'req'
  | 'log'
  | 'sec'
  | 'sbx'
  | 'snap'
  | 'flt'
  | 'cert'
  | 'cs'
  | 'dsp'
  | 'fw'
  | 'le'
  | 'bt'
  | 'po'
  | 'set'
  | 'ex'
  | 'cus'
  | 'pi'
  | 'seti'
  | 'setatt'
  | 'src'
  | 'tok'
  | 'prod'
  | 'price'
  | 'clock'
  | 'file'
  | 'link'
  | 'ch';

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
 * Returns a new id: the prefix, 12 hex digits of time (ms) and 12 random ones. Ids created later sort later, so
 * "newest first" and cursors need no second field.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  return `${prefix}_${newSeed(now)}`;
}

let lastTime = 0;
let lastTimeDigits = '';
let lastTail = 0;

/** Returns a new id without its prefix. If this process creates two in one millisecond, the later one sorts later. */
export function newSeed(now: Date): string {
  // If the clock goes back, the latest time is used again, so that ids keep sorting by creation.
  const time = Math.max(now.getTime(), lastTime);
  // Within a millisecond the tail grows by a random step; it starts low enough never to overflow.
  if (time === lastTime) lastTail += 1 + randomInt(MAX_STEP);
  else {
    lastTail = randomInt(2 ** 47);
    lastTimeDigits = timeDigits(new Date(time));
    lastTime = time;
  }
  return `${lastTimeDigits}${lastTail.toString(16).padStart(TAIL_DIGITS, '0')}`;
}

/** The time at which an id was created. */
export function timeOf(id: string): Date {
  const begin = id.indexOf('_') + 1;
  return new Date(parseInt(id.slice(begin, begin + TIME_DIGITS), 16));
}

/** A lower bound of the ids created at `time`: ids created earlier sort below it, ids created then or later above. */
export function idAt(prefix: IdPrefix, time: Date): string {
  return `${prefix}_${timeDigits(time)}`;
}

/** The digits of a time in an id. */
export function timeDigits(time: Date): string {
  return time.getTime().toString(16).padStart(TIME_DIGITS, '0');
}
