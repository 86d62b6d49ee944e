import { createHash } from 'node:crypto';

const PREFIX = 'cs_test_';
const DIGITS = 24;
const REST = 34;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The id of a session as the dialect shows it: longer than ours, and beginning with the same digits. */
export function shownSessionId(publicId: string): string {
  const digits = publicId.slice('cs_'.length);
  return `${PREFIX}${digits}${hash(`session ${digits}`).slice(0, REST)}`;
}

/** Our own id of the session that an id of the dialect names. */
export function ownSessionId(id: string): string {
  const own = `cs_${id.slice(PREFIX.length, PREFIX.length + DIGITS)}`;
  return id.startsWith(PREFIX) && shownSessionId(own) === id ? own : id;
}

const TIME_DIGITS = 12;

/** An id of what a session brings with it, the same each time: it has the time of the session. */
export function idWithin(publicId: string, prefix: 'li' | 'price' | 'prod', index: number): string {
  const digits = publicId.slice('cs_'.length);
  const tail = hash(`${prefix} ${digits} ${index}`).slice(0, DIGITS - TIME_DIGITS);
  return `${prefix}_${digits.slice(0, TIME_DIGITS)}${tail}`;
}
