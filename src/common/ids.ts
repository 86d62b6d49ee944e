import { randomBytes } from 'node:crypto';

/** Every kind of id the gateway gives out begins with one of these. */
export type IdPrefix = 'user' | 'key' | 'txn' | 'pm' | 'ref' | 'evt' | 'we' | 'whd' | 'req';

/**
 * A new id: the prefix, 12 hex digits of time (ms) and 12 random ones. Ids made later sort later, so that
 * "newest first" and cursors need no second field.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  return `${prefix}_${now.getTime().toString(16).padStart(12, '0')}${randomBytes(6).toString('hex')}`;
}
