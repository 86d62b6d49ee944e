import { timeDigits, timeOf } from '../../platform/common/ids.js';
import { idInWorld, publicId, worldOf } from '../../platform/worlds/world-ids.js';

const PREFIX = 'evt_';
const TIME_DIGITS = 12;
const TAIL_CHARACTERS = 9;
const COUNT_CHARACTERS = 3;

/** In the order of ASCII, so that ids sort as their numbers do. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(value: bigint, length: number): string {
  let [text, rest] = ['', value];
  for (let at = 0; at < length; at += 1) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

/**
 * The id of one of several events of the dialect that follow from one event of our own: the same each time, sorted
 * after those that follow from earlier ones, and 24 characters long.
 *
 * @param cause the stored id of our own event
 * @param index from 0
 * @param laterMs how much later than its cause it is told
 */
export function dialectEventId(cause: string, index: number, laterMs = 0): string {
  const digits = publicId(cause).slice(PREFIX.length);
  const tail = base62(BigInt(`0x${digits.slice(TIME_DIGITS)}`), TAIL_CHARACTERS);
  const count = base62(BigInt(index), COUNT_CHARACTERS);
  const time = laterMs === 0 ? digits.slice(0, TIME_DIGITS) : timeDigits(new Date(timeOf(cause).getTime() + laterMs));
  return idInWorld(worldOf(cause), `${PREFIX}${time}${tail}${count}`);
}
