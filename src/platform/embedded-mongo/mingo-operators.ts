import { createRequire } from 'node:module';
import type * as Core from 'mingo/core';

/** The expression operators that mingo evaluates as MongoDB does, by mingo's module. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  arithmetic: [
    '$abs',
    '$add',
    '$ceil',
    '$divide',
    '$floor',
    '$mod',
    '$multiply',
    '$pow',
    '$round',
    '$sqrt',
    '$subtract',
    '$trunc',
  ],
  array: [
    '$arrayElemAt',
    '$concatArrays',
    '$filter',
    '$first',
    '$isArray',
    '$last',
    '$map',
    '$range',
    '$reduce',
    '$reverseArray',
    '$size',
    '$slice',
  ],
  boolean: ['$and', '$not', '$or'],
  conditional: ['$cond', '$ifNull', '$switch'],
  date: [
    '$dateToString',
    '$dateTrunc',
    '$dayOfMonth',
    '$dayOfWeek',
    '$dayOfYear',
    '$hour',
    '$millisecond',
    '$minute',
    '$month',
    '$second',
    '$year',
  ],
  object: ['$mergeObjects', '$objectToArray'],
  string: ['$concat', '$split', '$strLenCP', '$substrCP', '$toLower', '$toUpper', '$trim'],
  type: ['$toString'],
};

export const MINGO_OPERATORS: ReadonlySet<string> = new Set(Object.values(OPERATORS).flat());

export type MingoOperator = (doc: unknown, operand: unknown, options: unknown) => unknown;

/** The part of mingo that this server uses. */
export interface Mingo {
  /** Evaluates an expression for a document. */
  readonly evaluate: (doc: unknown, expression: unknown, options: unknown) => unknown;
  readonly operators: Readonly<Record<string, MingoOperator>>;
  /** Returns the `context` for `options` that makes the operators known. */
  readonly contextOf: (operators: Readonly<Record<string, MingoOperator>>) => unknown;
}

/**
 * Loads mingo when a command evaluates the first expression; that command waits. Loading takes about 0.1 s and 10 MB,
 * and many services never evaluate an expression in the database.
 */
export function loadMingo(): Mingo {
  const require = createRequire(import.meta.url);
  const { Context, evalExpr } = require('mingo/core') as typeof Core;
  const operators = Object.entries(OPERATORS).flatMap(([module, names]) => {
    const available = require(`mingo/operators/expression/${module}`) as Readonly<Record<string, MingoOperator>>;
    return names.map((name): [string, MingoOperator | undefined] => [name, available[name]]);
  });
  const found = Object.fromEntries(
    operators.filter((entry): entry is [string, MingoOperator] => entry[1] !== undefined),
  );
  return {
    evaluate: evalExpr as Mingo['evaluate'],
    operators: found,
    contextOf: (all) => Context.init({ expression: all }),
  };
}
