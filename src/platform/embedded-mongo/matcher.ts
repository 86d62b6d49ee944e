import { isDoc, typeName, typeOf, type Doc } from './bson-values.js';
import { decode } from './document.js';
import { evaluate, isTrue } from './expressions.js';
import { FieldReader } from './field-reader.js';
import type { Filter, Test } from './filter.js';
import { compareValues, keyOf } from './key-string.js';
import { visitPath } from './paths.js';

/** Returns whether a document matches a filter. */
export type Matcher = (doc: Doc) => boolean;

/** Compiles a filter into a function on encoded documents, which decodes only the fields that the filter reads. */
export function compileForBytes(filter: Filter): (bytes: Buffer) => boolean {
  const matches = compile(filter);
  const names = fieldsOf(filter);
  if (!names) return (bytes) => matches(decode(bytes));
  const reader = new FieldReader(names);
  return (bytes) => matches(reader.read(bytes));
}

/** Returns the top-level fields that a filter reads, or undefined if it may read any field. */
export function fieldsOf(filter: Filter): string[] | undefined {
  switch (filter.kind) {
    case 'expr':
      return undefined;
    case 'field':
      return filter.parts.slice(0, 1);
    case 'and':
    case 'or':
    case 'nor': {
      const names = filter.clauses.map(fieldsOf);
      return names.every((list) => list !== undefined) ? names.flat() : undefined;
    }
  }
}

/** Compiles a filter into a function on decoded documents. */
export function compile(filter: Filter): Matcher {
  switch (filter.kind) {
    case 'and': {
      const clauses = filter.clauses.map(compile);
      return (doc) => clauses.every((clause) => clause(doc));
    }
    case 'or': {
      const clauses = filter.clauses.map(compile);
      return (doc) => clauses.some((clause) => clause(doc));
    }
    case 'nor': {
      const clauses = filter.clauses.map(compile);
      return (doc) => !clauses.some((clause) => clause(doc));
    }
    case 'expr':
      return (doc) => isTrue(evaluate(filter.expression, doc));
    case 'field': {
      const test = compileTest(filter.test);
      return (doc) => test(doc, filter.parts);
    }
  }
}

/** Tests the value at `path`, starting from `start`. */
type PathTest = (start: unknown, path: readonly string[]) => boolean;

function compileTest(test: Test): PathTest {
  switch (test.op) {
    case 'not': {
      const inner = test.tests.map(compileTest);
      return (start, path) => !inner.every((matches) => matches(start, path));
    }
    case 'all': {
      const inner = test.tests.map(compileTest);
      return (start, path) => inner.length > 0 && inner.every((matches) => matches(start, path));
    }
    case 'exists':
      return (start, path) => visitPath(start, path, (value) => value !== undefined);
    case 'size':
      return (start, path) => visitPath(start, path, (value) => Array.isArray(value) && value.length === test.size);
    case 'elemMatch': {
      const matches = compile(test.filter);
      // An element that is an array is matched like a document whose field names are its positions.
      return someElement(
        (element) =>
          (isDoc(element) && matches(element)) ||
          (Array.isArray(element) && matches(Object.fromEntries(element.entries()))),
      );
    }
    case 'elemMatchValue': {
      const inner = test.tests.map(compileElementTest);
      return someElement((element) => inner.every((matches) => matches(element)));
    }
    case 'eq':
    case 'gt':
    case 'gte':
    case 'in':
    case 'lt':
    case 'lte':
    case 'mod':
    case 'regex':
    case 'type':
    default: {
      const matches = compileValueTest(test);
      return (start, path) =>
        visitPath(start, path, (value) => matches(value) || (Array.isArray(value) && value.some(matches)));
    }
  }
}

const someElement =
  (matches: (element: unknown) => boolean): PathTest =>
  (start, path) =>
    visitPath(start, path, (value) => Array.isArray(value) && value.some(matches));

/** Compiles a test of one element inside `$elemMatch`. If the element is an array, its own elements are not tested. */
function compileElementTest(test: Test): (element: unknown) => boolean {
  switch (test.op) {
    case 'not': {
      const inner = test.tests.map(compileElementTest);
      return (element) => !inner.every((matches) => matches(element));
    }
    case 'all':
    case 'exists':
    case 'size':
    case 'elemMatch':
    case 'elemMatchValue': {
      const matches = compileTest(test);
      return (element) => matches(element, []);
    }
    case 'eq':
    case 'gt':
    case 'gte':
    case 'in':
    case 'lt':
    case 'lte':
    case 'mod':
    case 'regex':
    case 'type':
    default:
      return compileValueTest(test);
  }
}

type ValueTest = Exclude<Test, { op: 'not' | 'all' | 'exists' | 'size' | 'elemMatch' | 'elemMatchValue' }>;

function compileValueTest(test: ValueTest): (value: unknown) => boolean {
  switch (test.op) {
    case 'eq':
      return compileEquality(test.value);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compileComparison(test.op, test.value);
    case 'in':
      return compileIn(test);
    case 'regex':
      return (value) => typeof value === 'string' && test.pattern.expression.test(value);
    case 'type':
      return (value) => value !== undefined && test.types.has(typeName(value));
    case 'mod':
      return (value) => typeof value === 'number' && Math.trunc(value) % test.divisor === test.remainder;
  }
}

function compileEquality(operand: unknown): (value: unknown) => boolean {
  if (operand === null) return (value) => value === null || value === undefined;
  if (typeof operand !== 'object') return (value) => value === operand;
  const type = typeOf(operand);
  const key = keyOf(operand);
  return (value) => typeof value === 'object' && typeOf(value) === type && keyOf(value) === key;
}

function compileIn(test: Extract<Test, { op: 'in' }>): (value: unknown) => boolean {
  const keys = new Set(test.values.map((value) => keyOf(value)));
  return (value) =>
    keys.has(keyOf(value ?? null)) ||
    (typeof value === 'string' && test.patterns.some(({ expression }) => expression.test(value)));
}

function compileComparison(op: 'gt' | 'gte' | 'lt' | 'lte', operand: unknown): (value: unknown) => boolean {
  // No value is less or greater than null, and only null equals it.
  if (operand === null) return op === 'gte' || op === 'lte' ? compileEquality(null) : () => false;
  // A comparison only holds for values of the operand's type.
  const type = typeOf(operand);
  const comparable = (value: unknown): boolean => value !== undefined && typeOf(value) === type;
  if (Number.isNaN(operand)) return op === 'gte' || op === 'lte' ? (value) => Number.isNaN(value) : () => false;
  switch (op) {
    case 'gt':
      return (value) => comparable(value) && compareValues(value, operand) > 0;
    case 'gte':
      return (value) => comparable(value) && compareValues(value, operand) >= 0;
    case 'lt':
      return (value) => comparable(value) && compareValues(value, operand) < 0;
    case 'lte':
      return (value) => comparable(value) && compareValues(value, operand) <= 0;
  }
}
