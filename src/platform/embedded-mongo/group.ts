import { isDoc, type Doc } from './bson-values.js';
import { checkExpression, evaluate } from './expressions.js';
import { compareValues, keyOf } from './key-string.js';
import { MongoError, notImplemented } from './mongo-error.js';

/** Accumulates the values of one group. */
interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

/** A parsed and checked `$group`. */
export interface ParsedGroup {
  readonly run: (docs: readonly Doc[]) => Doc[];
  /** Returns the result for `count` documents, if the stage only counts them. */
  readonly ofCount?: (count: number) => Doc[];
}

export function parseGroup(spec: unknown): ParsedGroup {
  if (!isDoc(spec)) throw new MongoError(15947, "a group's fields must be specified in an object");
  if (!('_id' in spec)) throw new MongoError(15955, 'a group specification must include an _id');
  const { _id: idExpression, ...rest } = spec;
  checkExpression(idExpression);
  const fields = Object.entries(rest).map(([name, accumulator]) => parseField(name, accumulator));

  const run = (docs: readonly Doc[]): Doc[] => {
    const groups = new Map<string, { id: unknown; accumulators: Accumulator[] }>();
    for (const doc of docs) {
      const id = evaluate(idExpression, doc) ?? null;
      const key = keyOf(id);
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { id, accumulators: fields.map(({ create }) => create()) }));
      for (const [i, { expression }] of fields.entries()) group.accumulators[i]?.add(evaluate(expression, doc));
    }
    return [...groups.values()].map(({ id, accumulators }) => ({
      _id: id,
      ...Object.fromEntries(fields.map(({ name }, i) => [name, accumulators[i]?.result()] as const)),
    }));
  };
  const onlyCounts =
    isConstant(idExpression) && fields.every(({ expression, create }) => create === sum && isWhole(expression));
  // Without documents there is no group.
  const ofCount = (count: number): Doc[] =>
    count === 0
      ? []
      : [
          {
            _id: idExpression ?? null,
            ...Object.fromEntries(fields.map(({ name, expression }) => [name, Number(expression) * count])),
          },
        ];
  return { run, ...(onlyCounts && { ofCount }) };
}

const isWhole = (expression: unknown): boolean => typeof expression === 'number' && Number.isSafeInteger(expression);

const isConstant = (expression: unknown): boolean =>
  expression === null ||
  typeof expression === 'number' ||
  typeof expression === 'boolean' ||
  (typeof expression === 'string' && !expression.startsWith('$'));

interface GroupField {
  readonly name: string;
  readonly expression: unknown;
  readonly create: () => Accumulator;
}

function parseField(name: string, accumulator: unknown): GroupField {
  if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) throw new MongoError(40236, `The field name '${name}' cannot be an operator name`);
  if (!isDoc(accumulator)) throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
  const [[operator, expression] = [], ...others] = Object.entries(accumulator);
  if (operator === undefined || others.length > 0)
    throw new MongoError(40238, `The field '${name}' must specify one accumulator`);
  if (Object.hasOwn(ACCUMULATORS, operator)) {
    const create = ACCUMULATORS[operator];
    if (operator === '$count' && (!isDoc(expression) || Object.keys(expression).length > 0))
      throw new MongoError(9, '$count takes no arguments, i.e. $count:{}');
    if (Array.isArray(expression)) throw new MongoError(40237, `The ${operator} accumulator is a unary operator`);
    checkExpression(expression);
    if (create) return { name, expression: operator === '$count' ? 1 : expression, create };
  }
  if (UNSUPPORTED.has(operator)) throw notImplemented(`the accumulator ${operator}`);
  throw new MongoError(15952, `unknown group operator '${operator}'`);
}

const UNSUPPORTED = new Set([
  '$accumulator',
  '$bottom',
  '$bottomN',
  '$firstN',
  '$lastN',
  '$maxN',
  '$median',
  '$mergeObjects',
  '$minN',
  '$percentile',
  '$setUnion',
  '$concatArrays',
  '$stdDevPop',
  '$stdDevSamp',
  '$top',
  '$topN',
]);

const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  $sum: sum,
  $count: sum,
  $avg: average,
  $min: () => extreme((order) => order < 0),
  $max: () => extreme((order) => order > 0),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
};

/**
 * Sums doubles, like MongoDB. Collects the rounding errors of the additions and adds them at the end, so that the
 * result is exact if a double can hold it, and otherwise the nearest double.
 */
function sum(): Accumulator {
  let total = 0;
  let lost = 0;
  return {
    add: (value) => {
      if (typeof value !== 'number') return;
      const next = total + value;
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
    },
    result: () => (Number.isFinite(total) ? total + lost : total),
  };
}

function average(): Accumulator {
  let total = 0;
  let count = 0;
  return {
    add: (value) => {
      if (typeof value !== 'number') return;
      total += value;
      count++;
    },
    result: () => (count > 0 ? total / count : null),
  };
}

/** Finds the least or greatest value. Ignores null and missing values. */
function extreme(isBetter: (order: number) => boolean): Accumulator {
  let best: unknown = null;
  return {
    add: (value) => {
      if (value === undefined || value === null) return;
      if (best === null || isBetter(compareValues(value, best))) best = value;
    },
    result: () => best,
  };
}

function first(): Accumulator {
  let found: { value: unknown } | undefined;
  return {
    add: (value) => {
      found ??= { value: value ?? null };
    },
    result: () => found?.value ?? null,
  };
}

function last(): Accumulator {
  let found: unknown = null;
  return {
    add: (value) => {
      found = value ?? null;
    },
    result: () => found,
  };
}

function push(): Accumulator {
  const values: unknown[] = [];
  return {
    add: (value) => {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
}

function addToSet(): Accumulator {
  const values = new Map<string, unknown>();
  return {
    add: (value) => {
      if (value !== undefined && !values.has(keyOf(value))) values.set(keyOf(value), value);
    },
    result: () => [...values.values()],
  };
}
