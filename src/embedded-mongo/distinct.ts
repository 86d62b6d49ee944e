import type { Doc } from './bson-values.js';
import { keyOf } from './key-string.js';
import { splitPath, visitPath } from './paths.js';

/** The different values at a path, in MongoDB's order; the elements of arrays count one by one. */
export function distinctValues(docs: readonly Doc[], path: string): unknown[] {
  const parts = splitPath(path);
  const found = new Map<string, unknown>();
  const add = (value: unknown): void => {
    if (value !== undefined) found.set(keyOf(value), found.get(keyOf(value)) ?? value);
  };
  for (const doc of docs) {
    visitPath(doc, parts, (value) => {
      if (Array.isArray(value)) value.forEach(add);
      else add(value);
      return false;
    });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
