import { isDeepStrictEqual } from 'node:util';
import type { Shown } from '../wire/expand.js';

const isObject = (value: unknown): value is Shown =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values before an update of the fields that it changed; of objects inside, of their fields. */
export function previousAttributes(before: Shown, after: Shown): Shown {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return Object.fromEntries(
    changed.map((name) => {
      const [old, current] = [before[name], after[name]];
      return [name, isObject(old) && isObject(current) ? previousAttributes(old, current) : (old ?? null)];
    }),
  );
}
