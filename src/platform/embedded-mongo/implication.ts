import { typeOf } from './bson-values.js';
import type { Conjunct } from './conjuncts.js';
import type { Filter, Test } from './filter.js';
import { compareValues, equalValues } from './key-string.js';

/**
 * Whether every document that satisfies the conjuncts is certain to satisfy the filter of a partial index. Draws no
 * more conclusions than MongoDB, so that MongoDB would also use every index that this server uses.
 */
export function implies(conjuncts: readonly Conjunct[], partial: Filter): boolean {
  switch (partial.kind) {
    case 'and':
      return partial.clauses.every((clause) => implies(conjuncts, clause));
    case 'or':
      return partial.clauses.some((clause) => implies(conjuncts, clause));
    case 'field':
      return conjuncts.some(({ path, test }) => path === partial.path && testImplies(test, partial.test));
    case 'expr':
    case 'nor':
    default:
      return false;
  }
}

function testImplies(known: Test, wanted: Test): boolean {
  if (known.op === 'in') {
    return (
      known.patterns.length === 0 &&
      known.values.length > 0 &&
      known.values.every((value) => testImplies({ op: 'eq', value }, wanted))
    );
  }
  switch (wanted.op) {
    case 'exists':
      return impliesExistence(known);
    case 'type':
      return impliesType(known, wanted.types);
    case 'eq':
      return known.op === 'eq' && equalValues(known.value, wanted.value);
    case 'in':
      return known.op === 'eq' && wanted.values.some((value) => equalValues(value, known.value));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return impliesComparison(known, wanted.op, wanted.value);
    case 'all':
    case 'elemMatch':
    case 'elemMatchValue':
    case 'mod':
    case 'not':
    case 'regex':
    case 'size':
    default:
      return false;
  }
}

/** Whether a test can only hold if the field exists. */
export function impliesExistence(known: Test): boolean {
  switch (known.op) {
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return known.value !== null;
    case 'in':
      return known.values.every((value) => value !== null);
    case 'not':
      return false;
    case 'all':
    case 'elemMatch':
    case 'elemMatchValue':
    case 'exists':
    case 'mod':
    case 'regex':
    case 'size':
    case 'type':
    default:
      return true;
  }
}

/** As in MongoDB, only the same `$type` implies it. A comparison does not, although it holds for one type only. */
function impliesType(known: Test, types: ReadonlySet<string>): boolean {
  return known.op === 'type' && known.types.size === types.size && [...known.types].every((type) => types.has(type));
}

function impliesComparison(known: Test, op: 'gt' | 'gte' | 'lt' | 'lte', limit: unknown): boolean {
  if (!('value' in known) || typeOf(known.value) !== typeOf(limit)) return false;
  const order = compareValues(known.value, limit);
  const isWithin = op === 'gt' || op === 'gte' ? order > 0 : order < 0;
  const isAtLimit = order === 0;
  const acceptsLimit = op === 'gte' || op === 'lte';
  switch (known.op) {
    case 'eq':
      return isWithin || (isAtLimit && acceptsLimit);
    case 'gt':
    case 'lt':
      return known.op === op.slice(0, 2) && (isWithin || isAtLimit);
    case 'gte':
    case 'lte':
      return known.op.slice(0, 2) === op.slice(0, 2) && (isWithin || (isAtLimit && acceptsLimit));
  }
}
