import { isDoc, typeName } from './bson-values.js';
import { parseKeyPattern, type KeyPattern } from './index-keys.js';
import { keyOf } from './key-string.js';
import { badValue } from './mongo-error.js';
import { sortByKey, sortKey } from './sort.js';

/** A `$push` with its modifiers. */
export interface Push {
  readonly elements: readonly unknown[];
  readonly position: number | undefined;
  readonly slice: number | undefined;
  /** Sorts by the elements themselves, or by fields of them. */
  readonly sort: 1 | -1 | KeyPattern | undefined;
}

export function parsePush(operand: unknown): Push {
  if (!isDoc(operand) || !('$each' in operand)) {
    return { elements: [operand], position: undefined, slice: undefined, sort: undefined };
  }
  const { $each, $position, $slice, $sort, ...others } = operand;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`);
  if (!Array.isArray($each))
    throw badValue(`The argument to $each in $push must be an array but it was of type: ${typeName($each)}`);
  return {
    elements: $each,
    position: integer('$position', $position),
    slice: integer('$slice', $slice),
    sort: parseElementSort($sort),
  };
}

function integer(name: string, value: unknown): number | undefined {
  if (value === undefined || Number.isInteger(value)) return value as number | undefined;
  throw badValue(`The value for ${name} must be an integer value but was given type: ${typeName(value)}`);
}

function parseElementSort(sort: unknown): Push['sort'] {
  if (sort === undefined || sort === 1 || sort === -1) return sort;
  if (!isDoc(sort))
    throw badValue('The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields');
  if (Object.keys(sort).length === 0) throw badValue('The $sort pattern is empty when it should be a set of fields.');
  return parseKeyPattern(sort, 'sort');
}

/** Inserts, sorts, then slices: MongoDB's order. */
export function applyPush(array: readonly unknown[], { elements, position, slice, sort }: Push): unknown[] {
  const at = position === undefined ? array.length : position < 0 ? Math.max(0, array.length + position) : position;
  const pushed = [...array.slice(0, at), ...elements, ...array.slice(at)];
  const ordered = sort === undefined ? pushed : sortElements(pushed, sort);
  if (slice === undefined) return ordered;
  if (slice === 0) return [];
  return slice > 0 ? ordered.slice(0, slice) : ordered.slice(slice);
}

function sortElements(elements: readonly unknown[], sort: 1 | -1 | KeyPattern): unknown[] {
  if (typeof sort === 'number') return sortByKey(elements, (element) => keyOf(element, sort === -1));
  return sortByKey(elements, (element) => sortKey(isDoc(element) ? element : {}, sort));
}
