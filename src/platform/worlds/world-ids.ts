import { createHash } from 'node:crypto';
import { type IdPrefix, newId, timeDigits } from '../common/ids.js';

/*
 * All that an ordinary account owns is stored under ids as the API shows them. What a sandbox owns belongs to a world:
 * the stored ids end with a mark and the world, as in `txn_0193a5e2c7f11b2c3d4e5f60~k3j9x2ab.q7w1m0`. So two sandboxes
 * of one seed, or a copy beside its original, never meet. `accountId` of a stored document says its account and its
 * world.
 */
const MARK = '~';

/** Ends the part of a world that is the same for all worlds of one sandbox. */
const REST = '.';

/** An id as the API shows it. */
export function publicId(id: string): string {
  const mark = id.indexOf(MARK);
  return mark < 0 ? id : id.slice(0, mark);
}

/** The world of a stored id; empty for what belongs to an ordinary account. */
export function worldOf(id: string): string {
  const mark = id.indexOf(MARK);
  return mark < 0 ? '' : id.slice(mark + 1);
}

/** The stored id of an object that an account owns, whether `id` has its world already or not. */
export function idIn(accountId: string, id: string): string {
  const mark = accountId.indexOf(MARK);
  if (mark < 0) return id;
  const suffix = accountId.slice(mark);
  return id.endsWith(suffix) ? id : `${id}${suffix}`;
}

/** The stored id of an object in a world. */
export function idInWorld(world: string, id: string): string {
  return world === '' ? id : `${id}${MARK}${world}`;
}

/** The stored id of the account itself, which all worlds of a sandbox have in common. */
export function accountOf(accountId: string): string {
  const mark = accountId.indexOf(MARK);
  const rest = mark < 0 ? -1 : accountId.indexOf(REST, mark);
  return rest < 0 ? accountId : accountId.slice(0, rest);
}

/** The id of what an account has in all its worlds: each of them counts its writes anew, so their ids repeat. */
export function idInAccount(id: string): string {
  if (worldOf(id) === '') return id;
  const [prefix = ''] = id.split('_', 1);
  return `${prefix}_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

/** The `accountId` of what belongs to this world of a sandbox. */
export function ownerIn(account: string, rest: string): string {
  return `${account}${REST}${rest}`;
}

const COUNT_DIGITS = 6;
const STEP_DIGITS = 2;
const MIX_DIGITS = 4;
const TIME_DIGITS = 12;
const LAST_STEP = 16 ** STEP_DIGITS - 1;

const mixOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, MIX_DIGITS);
const digits = (value: number, count: number): string => value.toString(16).padStart(count, '0').slice(-count);

/**
 * An id without its prefix, for the write number `count` of a sandbox: 12 digits of the account's time, and 12 that
 * follow from the seed and rise with `count`.
 */
export function seededTail(seed: string, count: number, now: Date, step = 0): string {
  const mix = mixOf(`${seed} ${count} ${step}`);
  return `${timeDigits(now)}${digits(count, COUNT_DIGITS)}${digits(step, STEP_DIGITS)}${mix}`;
}

/**
 * The id of what happens because of an object and not because of a request. In a sandbox it follows from the id of
 * that object, and sorts after it; otherwise it is a new id.
 *
 * @param salt tells two that follow from one object at one time apart
 */
export function followingId(prefix: IdPrefix, cause: string, at: Date, salt = ''): string {
  const world = worldOf(cause);
  if (world === '') return newId(prefix, at);
  const begin = cause.indexOf('_') + 1 + TIME_DIGITS;
  const count = cause.slice(begin, begin + COUNT_DIGITS);
  const step = parseInt(cause.slice(begin + COUNT_DIGITS, begin + COUNT_DIGITS + STEP_DIGITS), 16) + 1;
  const mix = mixOf(`${publicId(cause)} ${at.getTime()} ${salt}`);
  return idInWorld(world, `${prefix}_${timeDigits(at)}${count}${digits(Math.min(step, LAST_STEP), STEP_DIGITS)}${mix}`);
}

/** A number from 0 to 1, without 1, that follows from a text: a random choice that is the same in each run. */
export function fractionOf(text: string): number {
  return parseInt(createHash('sha256').update(text).digest('hex').slice(0, 12), 16) / 2 ** 48;
}
