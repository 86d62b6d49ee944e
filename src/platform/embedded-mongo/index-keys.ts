import { isDoc, type Doc } from './bson-values.js';
import { compoundKey } from './key-string.js';
import { badValue, MongoError } from './mongo-error.js';
import { arrayIndex, field, splitPath } from './paths.js';

/** The fields of an index or of a sort, in order. */
export type KeyPattern = readonly KeyField[];

export interface KeyField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly descending: boolean;
}

/** Parses `{ a: 1, b: -1 }`. */
export function parseKeyPattern(pattern: Doc, what: string): KeyPattern {
  const names = Object.keys(pattern);
  // JavaScript moves such names to the front, so the intended order is lost.
  if (names.length > 1 && names.some((name) => arrayIndex(name) !== undefined)) {
    throw badValue(`The embedded server cannot keep the order of numeric field names in a ${what}`);
  }
  return names.map((path) => {
    const direction = pattern[path];
    const parts = splitPath(path);
    if (parts.some((part) => part === ''))
      throw badValue(`FieldPath field names may not be empty strings: ${what} '${path}'`);
    if (direction !== 1 && direction !== -1) throw badValue(`The ${what} of '${path}' must be 1 or -1`);
    return { path, parts, descending: direction === -1 };
  });
}

/** The keys of a document under a pattern. */
export interface DocumentKeys {
  /** Without duplicates. Several only if a field is an array, or its path leads through one. */
  readonly keys: readonly string[];
  readonly throughArray: boolean;
}

const ARRAY = Symbol('leads to or through an array');

/** Returns the value at a path without arrays, which is the common case. */
function plainValue(doc: Doc, parts: readonly string[]): unknown {
  let value: unknown = doc;
  for (const part of parts) {
    if (!isDoc(value)) return Array.isArray(value) ? ARRAY : null;
    value = field(value, part);
  }
  return Array.isArray(value) ? ARRAY : (value ?? null);
}

interface Cursor {
  readonly value: unknown;
  readonly parts: readonly string[];
  /** How many of `parts` have been followed. */
  readonly at: number;
  /** True for an element of an array at the end of the path: arrays inside it are not expanded. */
  readonly done: boolean;
}

/** Returns the keys of a document, for an index or a sort. */
export function keysOf(doc: Doc, pattern: KeyPattern): DocumentKeys {
  const descending = pattern.map((key) => key.descending);
  const plain = pattern.map(({ parts }) => plainValue(doc, parts));
  if (!plain.includes(ARRAY)) return { keys: [compoundKey(plain, descending)], throughArray: false };
  const keys = new Set<string>();
  const throughArray = expand(
    pattern.map(({ parts }) => ({ value: doc, parts, at: 0, done: false })),
    (values) => keys.add(compoundKey(values, descending)),
  );
  return { keys: [...keys], throughArray };
}

/** Calls `emit` with each combination of values. Returns whether there was an array. */
function expand(cursors: readonly Cursor[], emit: (values: readonly unknown[]) => void): boolean {
  const walked = cursors.map(walk);
  const arrays = new Set(
    walked.filter(({ value, done }) => !done && Array.isArray(value)).map(({ value }) => value as unknown[]),
  );
  const [array, other] = arrays;
  if (!array) {
    emit(walked.map(({ value }) => value ?? null));
    return false;
  }
  if (other) throw new MongoError(171, 'cannot index parallel arrays');
  // An empty array has its own key, below null.
  if (array.length === 0)
    emit(
      walked.map(({ value, parts, at }) => (value === array ? emptyArrayKey(at === parts.length) : (value ?? null))),
    );
  for (const element of array) {
    expand(
      walked.map((cursor) => (!cursor.done && cursor.value === array ? intoElement(cursor, element) : cursor)),
      emit,
    );
  }
  return true;
}

const emptyArrayKey = (isAtEnd: boolean): null | undefined => (isAtEnd ? undefined : null);

function intoElement(cursor: Cursor, element: unknown): Cursor {
  if (cursor.at === cursor.parts.length) return { ...cursor, value: element, done: true };
  return { ...cursor, value: isDoc(element) ? element : undefined };
}

/** Follows subdocuments to the end of the path or to the first array. */
function walk(cursor: Cursor): Cursor {
  let { value, at } = cursor;
  const { parts } = cursor;
  if (cursor.done) return cursor;
  for (; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (Array.isArray(value)) {
      const position = arrayIndex(part);
      if (position === undefined) break;
      value = value[position];
    } else if (isDoc(value)) {
      value = field(value, part);
    } else {
      return { value: undefined, parts, at: parts.length, done: true };
    }
  }
  return { value, parts, at, done: false };
}
