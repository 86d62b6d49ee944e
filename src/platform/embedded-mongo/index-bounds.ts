import { TYPE_ORDER, typeOf } from './bson-values.js';
import { singleType, type Test } from './filter.js';
import { keyOf, stringPrefixKey } from './key-string.js';

/** The keys from `low` (inclusive) to `high` (exclusive). */
export interface Interval {
  readonly low: string;
  readonly high: string;
  /** True if all its keys have the same value in this field. */
  readonly isPoint: boolean;
}

/** Greater than every continuation of a key, because no field of a key begins with this byte. */
const AFTER = '\u00ff';

/** Returns the interval of all keys that begin with `prefix`. */
export const allWith = (prefix: string): Interval => ({ low: prefix, high: prefix + AFTER, isPoint: false });

/**
 * The intervals of an index that contain the values that satisfy a test. `isExact` if all values in them satisfy it.
 */
export interface TestBounds {
  readonly intervals: readonly Interval[];
  readonly isExact: boolean;
}

/** Returns the bounds of a test on one field of an index, or undefined if the index cannot narrow it down. */
export function boundsOf(test: Test, descending: boolean): TestBounds | undefined {
  switch (test.op) {
    case 'eq':
      // The index contains the elements of an array, not the array.
      return Array.isArray(test.value) ? undefined : exact([point(test.value, descending)]);
    case 'in':
      return boundsOfIn(test, descending);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return boundsOfComparison(test.op, test.value, descending);
    case 'regex':
      if (test.pattern.prefix === '') return { intervals: [ofType('string', descending)], isExact: false };
      return { intervals: [ofPrefix(test.pattern.prefix, descending)], isExact: false };
    case 'type': {
      const type = singleType(test.types);
      if (type === undefined || type === 'array' || type === 'undefined' || type === 'null') return undefined;
      return { intervals: [ofType(type, descending)], isExact: false };
    }
    case 'not': {
      const [only] = test.tests;
      return test.tests.length === 1 && only?.op === 'exists'
        ? { intervals: [point(null, descending)], isExact: false }
        : undefined;
    }
    case 'all':
    case 'elemMatch':
    case 'elemMatchValue':
    case 'exists':
    case 'mod':
    case 'size':
    default:
      return undefined;
  }
}

const exact = (intervals: readonly Interval[]): TestBounds => ({ intervals, isExact: true });

function point(value: unknown, descending: boolean): Interval {
  const key = keyOf(value, descending);
  return { low: key, high: key + AFTER, isPoint: true };
}

function ofType(type: keyof typeof TYPE_ORDER, descending: boolean): Interval {
  const byte = descending ? 0xff - TYPE_ORDER[type] : TYPE_ORDER[type];
  return { low: String.fromCharCode(byte), high: String.fromCharCode(byte + 1), isPoint: false };
}

function ofPrefix(prefix: string, descending: boolean): Interval {
  const key = stringPrefixKey(prefix, descending);
  // In descending order, the end of a string is written as the highest byte.
  return { low: key, high: key + AFTER + AFTER, isPoint: false };
}

function boundsOfIn(test: Extract<Test, { op: 'in' }>, descending: boolean): TestBounds | undefined {
  if (test.values.some((value) => Array.isArray(value))) return undefined;
  if (test.patterns.some(({ prefix }) => prefix === '')) return undefined;
  const points = test.values.map((value) => point(value, descending));
  const prefixes = test.patterns.map(({ prefix }) => ofPrefix(prefix, descending));
  return { intervals: mergeIntervals([...points, ...prefixes]), isExact: prefixes.length === 0 };
}

/** Sorts intervals, and merges those that overlap. */
function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const interval of [...intervals].sort((a, b) =>
    a.low < b.low ? -1 : a.low > b.low ? 1 : a.high > b.high ? -1 : 1,
  )) {
    const last = result.at(-1);
    if (!last || interval.low >= last.high) result.push(interval);
    else if (interval.high > last.high)
      result[result.length - 1] = { low: last.low, high: interval.high, isPoint: false };
  }
  return result;
}

function boundsOfComparison(
  op: 'gt' | 'gte' | 'lt' | 'lte',
  value: unknown,
  descending: boolean,
): TestBounds | undefined {
  if (value === null) return op === 'gte' || op === 'lte' ? exact([point(null, descending)]) : exact([]);
  if (Array.isArray(value)) return undefined;
  const whole = ofType(typeOf(value), descending);
  const at = point(value, descending);
  // In a descending field, greater values come first.
  const isUpward = (op === 'gt' || op === 'gte') !== descending;
  const includesLimit = op === 'gte' || op === 'lte';
  const low = isUpward ? (includesLimit ? at.low : at.high) : whole.low;
  const high = isUpward ? whole.high : includesLimit ? at.high : at.low;
  return { intervals: low < high ? [{ low, high, isPoint: false }] : [], isExact: !Number.isNaN(value) };
}

/** Returns the keys that both have. */
export function intersection(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const low = left.low > right.low ? left.low : right.low;
      const high = left.high < right.high ? left.high : right.high;
      return low < high ? [{ low, high, isPoint: left.isPoint || right.isPoint }] : [];
    }),
  );
}
