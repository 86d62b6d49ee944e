import { isDoc, type Doc } from './bson-values.js';
import { keysOf, parseKeyPattern, type KeyPattern } from './index-keys.js';
import { badValue, MongoError, notImplemented } from './mongo-error.js';

/** Parses the sort of a query. Returns undefined if there is none. Throws 238 for `$natural`. */
export function parseSort(sort: unknown): KeyPattern | undefined {
  if (sort === undefined || sort === null) return undefined;
  if (!isDoc(sort)) throw new MongoError(14, 'Expected field sort to be of type object');
  if (Object.keys(sort).length === 0) return undefined;
  if ('$natural' in sort) throw notImplemented('$natural');
  for (const [path, direction] of Object.entries(sort)) {
    if (isDoc(direction)) throw notImplemented('$meta in a sort');
    if (path.startsWith('$'))
      throw new MongoError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    if (typeof direction !== 'number')
      throw new MongoError(15974, `Illegal key in $sort specification: ${path}: ${JSON.stringify(direction)}`);
    if (direction !== 1 && direction !== -1)
      throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  return parseKeyPattern(sort, 'sort');
}

/** Returns the sort key of a document: the least of its keys in the order of the sort. */
export function sortKey(doc: Doc, pattern: KeyPattern): string {
  try {
    const { keys } = keysOf(doc, pattern);
    return keys.reduce((least, key) => (key < least ? key : least), keys[0] ?? '');
  } catch (error) {
    if (error instanceof MongoError && error.code === 171)
      throw badValue('cannot sort with keys that are parallel arrays');
    throw error;
  }
}

/** Sorts by a key of each element. Elements with equal keys keep their order. */
export function sortByKey<T>(elements: readonly T[], keyOfElement: (element: T) => string): T[] {
  return elements
    .map((element) => ({ element, key: keyOfElement(element) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ element }) => element);
}
