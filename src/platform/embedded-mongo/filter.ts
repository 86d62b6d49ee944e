import { TYPE_ORDER, isDoc, isRegExp, typeOf, type Doc, type ValueType } from './bson-values.js';
import { checkExpression } from './expressions.js';
import { badValue, failedToParse, MongoError, notImplemented, typeMismatch } from './mongo-error.js';
import { splitPath } from './paths.js';
import { toRegExp, type Pattern } from './regular-expression.js';

/** A parsed and checked query filter: the matcher runs it, and the planner reads it. */
export type Filter =
  | { readonly kind: 'and' | 'or' | 'nor'; readonly clauses: readonly Filter[] }
  | { readonly kind: 'field'; readonly path: string; readonly parts: readonly string[]; readonly test: Test }
  | { readonly kind: 'expr'; readonly expression: unknown };

/** A condition on the value at a path. */
export type Test =
  | { readonly op: 'eq' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: unknown }
  | { readonly op: 'in'; readonly values: readonly unknown[]; readonly patterns: readonly Pattern[] }
  | { readonly op: 'regex'; readonly pattern: Pattern }
  | { readonly op: 'exists' }
  | { readonly op: 'type'; readonly types: ReadonlySet<string> }
  | { readonly op: 'mod'; readonly divisor: number; readonly remainder: number }
  | { readonly op: 'size'; readonly size: number }
  | { readonly op: 'elemMatch'; readonly filter: Filter }
  | { readonly op: 'elemMatchValue'; readonly tests: readonly Test[] }
  | { readonly op: 'not' | 'all'; readonly tests: readonly Test[] };

/** Parses a filter. Throws MongoDB's error if a part of it is unknown or invalid. */
export function parseFilter(filter: Doc): Filter {
  const clauses = Object.entries(filter).flatMap(([key, operand]) => parseClause(key, operand));
  const [only] = clauses;
  return clauses.length === 1 && only ? only : { kind: 'and', clauses };
}

function parseClause(key: string, operand: unknown): Filter[] {
  if (!key.startsWith('$')) return parseField(key, operand);
  switch (key) {
    case '$and':
    case '$or':
    case '$nor':
      return [{ kind: key.slice(1) as 'and' | 'or' | 'nor', clauses: clauseList(key, operand).map(parseFilter) }];
    case '$expr':
      checkExpression(operand);
      return [{ kind: 'expr', expression: operand }];
    case '$comment':
      return [];
    case '$where':
    case '$text':
    case '$jsonSchema':
    case '$alwaysTrue':
    case '$alwaysFalse':
    case '$sampleRate':
      throw notImplemented(key);
    default:
      throw badValue(
        `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function clauseList(key: string, operand: unknown): Doc[] {
  if (!Array.isArray(operand)) throw badValue(`${key} argument must be an array`);
  if (operand.length === 0) throw badValue('$and/$or/$nor must be a nonempty array');
  return operand.map((clause: unknown) => {
    if (!isDoc(clause)) throw badValue(`$or/$and/$nor entries need to be full objects`);
    return clause;
  });
}

function parseField(path: string, operand: unknown): Filter[] {
  const parts = splitPath(path);
  return parseTests(operand).map((test) => ({ kind: 'field', path, parts, test }));
}

/** Parses the operand of `{ field: operand }`: the operators of an operator document, otherwise equality. */
function parseTests(operand: unknown): Test[] {
  if (isRegExp(operand)) return [{ op: 'regex', pattern: toRegExp(operand) }];
  if (isDoc(operand) && Object.keys(operand)[0]?.startsWith('$')) return parseOperators(operand);
  return [{ op: 'eq', value: checkStorableOperand(operand) }];
}

function parseOperators(operators: Doc): Test[] {
  return Object.entries(operators).flatMap(([operator, operand]) => parseOperator(operator, operand, operators));
}

function parseOperator(operator: string, operand: unknown, siblings: Doc): Test[] {
  switch (operator) {
    case '$eq':
      if (isRegExp(operand)) throw notImplemented('$eq with a regular expression');
      return [{ op: 'eq', value: checkStorableOperand(operand) }];
    case '$ne':
      if (isRegExp(operand)) throw badValue("Can't have regex as arg to $ne.");
      return [not({ op: 'eq', value: checkStorableOperand(operand) })];
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      if (isRegExp(operand)) throw badValue(`Can't have RegEx as arg to predicate over field '${operator}'.`);
      return [{ op: operator.slice(1) as 'gt' | 'gte' | 'lt' | 'lte', value: checkStorableOperand(operand) }];
    case '$in':
      return [parseIn(operator, operand)];
    case '$nin':
      return [not(parseIn(operator, operand))];
    case '$exists':
      return [isTruthy(operand) ? { op: 'exists' } : not({ op: 'exists' })];
    case '$type':
      return [{ op: 'type', types: parseTypes(operand) }];
    case '$regex':
      return [{ op: 'regex', pattern: parseRegex(operand, siblings.$options) }];
    case '$options':
      if (!('$regex' in siblings)) throw badValue('$options needs a $regex');
      return [];
    case '$not':
      return [parseNot(operand)];
    case '$mod':
      return [parseMod(operand)];
    case '$size':
      return [{ op: 'size', size: parseSize(operand) }];
    case '$all':
      return [parseAll(operand)];
    case '$elemMatch':
      return [parseElemMatch(operand)];
    case '$comment':
      return [];
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw notImplemented(operator);
    default:
      throw badValue(`unknown operator: ${operator}`);
  }
}

const not = (...tests: Test[]): Test => ({ op: 'not', tests });

/** Returns an operand. Throws if it contains, at any depth, a value that cannot be stored. */
function checkStorableOperand(value: unknown): unknown {
  if (value === undefined) throw badValue('cannot compare to undefined');
  if (isRegExp(value)) throw notImplemented('a regular expression as a value');
  const type = typeOf(value);
  if (type === 'array') (value as unknown[]).forEach(checkStorableOperand);
  if (type === 'object') Object.values(value as Doc).forEach(checkStorableOperand);
  return value;
}

const isTruthy = (value: unknown): boolean => value !== false && value !== 0 && value !== null && value !== undefined;

function parseIn(operator: string, operand: unknown): Test {
  if (!Array.isArray(operand)) throw badValue(`${operator} needs an array`);
  const elements = operand as unknown[];
  if (elements.some((element) => isDoc(element) && Object.keys(element)[0]?.startsWith('$'))) {
    throw badValue(`cannot nest $ under ${operator}`);
  }
  return {
    op: 'in',
    values: elements.filter((element) => !isRegExp(element)).map(checkStorableOperand),
    patterns: elements.filter(isRegExp).map(toRegExp),
  };
}

function parseNot(operand: unknown): Test {
  if (isRegExp(operand)) return not({ op: 'regex', pattern: toRegExp(operand) });
  if (!isDoc(operand)) throw badValue('$not needs a regex or a document');
  const keys = Object.keys(operand);
  if (keys.length === 0) throw badValue('$not cannot be empty');
  if (!keys[0]?.startsWith('$')) throw badValue(`unknown operator: ${String(keys[0])}`);
  return not(...parseOperators(operand));
}

function parseRegex(operand: unknown, options: unknown): Pattern {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (typeof operand === 'string') return toRegExp({ pattern: operand, options: options ?? '' });
  if (!isRegExp(operand)) throw badValue('$regex has to be a string');
  const { pattern, options: own } = operand;
  if (options !== undefined && own !== '') throw new MongoError(51075, 'options set in both $regex and $options');
  return toRegExp({ pattern, options: options ?? own });
}

const TYPE_ALIASES: Readonly<Record<string, string>> = {
  double: 'double',
  string: 'string',
  object: 'object',
  array: 'array',
  binData: 'binData',
  objectId: 'objectId',
  bool: 'bool',
  date: 'date',
  null: 'null',
  int: 'int',
  long: 'long',
  number: 'number',
  decimal: 'decimal',
  regex: 'regex',
  undefined: 'undefined',
  javascript: 'javascript',
  timestamp: 'timestamp',
  minKey: 'minKey',
  maxKey: 'maxKey',
  symbol: 'symbol',
  dbPointer: 'dbPointer',
  javascriptWithScope: 'javascriptWithScope',
};
const TYPE_NUMBERS: Readonly<Record<number, string>> = {
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  6: 'undefined',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  12: 'dbPointer',
  13: 'javascript',
  14: 'symbol',
  15: 'javascriptWithScope',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  [-1]: 'minKey',
  127: 'maxKey',
};

function parseTypes(operand: unknown): ReadonlySet<string> {
  const types: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (types.length === 0) throw failedToParse('$type must match at least one type');
  return new Set(
    types.flatMap((type) => {
      if (typeof type !== 'string' && typeof type !== 'number')
        throw typeMismatch('type must be represented as a number or a string');
      const name = typeof type === 'string' ? TYPE_ALIASES[type] : TYPE_NUMBERS[type];
      if (name === undefined)
        throw badValue(
          typeof type === 'string' ? `Unknown type name alias: ${type}` : `Invalid numerical type code: ${type}`,
        );
      return name === 'number' ? ['int', 'double', 'long', 'decimal'] : [name];
    }),
  );
}

function parseMod(operand: unknown): Test {
  if (!Array.isArray(operand)) throw badValue('malformed mod, needs to be an array');
  const [divisor, remainder] = operand as unknown[];
  if (operand.length < 2) throw badValue('malformed mod, not enough elements');
  if (operand.length > 2) throw badValue('malformed mod, too many elements');
  if (typeof divisor !== 'number' || typeof remainder !== 'number')
    throw badValue('malformed mod, divisor and remainder must be numbers');
  if (Math.trunc(divisor) === 0) throw badValue('divisor cannot be 0');
  return { op: 'mod', divisor: Math.trunc(divisor), remainder: Math.trunc(remainder) };
}

function parseSize(operand: unknown): number {
  if (typeof operand !== 'number')
    throw badValue(`Failed to parse $size. Expected a number in: $size: ${JSON.stringify(operand)}`);
  if (!Number.isInteger(operand)) throw failedToParse(`Failed to parse $size. Expected an integer: $size: ${operand}`);
  if (operand < 0) throw failedToParse(`Failed to parse $size. Expected a non-negative number in: $size: ${operand}`);
  return operand;
}

function parseAll(operand: unknown): Test {
  if (!Array.isArray(operand)) throw badValue('$all needs an array');
  const elements = operand as unknown[];
  return {
    op: 'all',
    tests: elements.map((element): Test => {
      if (isRegExp(element)) return { op: 'regex', pattern: toRegExp(element) };
      if (isDoc(element) && Object.keys(element)[0] === '$elemMatch') return parseElemMatch(element.$elemMatch);
      if (isDoc(element) && Object.keys(element)[0]?.startsWith('$')) throw badValue('no $ expressions in $all');
      return { op: 'eq', value: checkStorableOperand(element) };
    }),
  };
}

function parseElemMatch(operand: unknown): Test {
  if (!isDoc(operand)) throw badValue('$elemMatch needs an Object');
  const first = Object.keys(operand)[0];
  const isValueForm = first?.startsWith('$') === true && !['$and', '$or', '$nor', '$expr', '$where'].includes(first);
  return isValueForm
    ? { op: 'elemMatchValue', tests: parseOperators(operand) }
    : { op: 'elemMatch', filter: parseFilter(operand) };
}

/** Returns the stored type that the names of `$type` stand for, or undefined if they stand for several types. */
export function singleType(types: ReadonlySet<string>): ValueType | undefined {
  const kinds = new Set([...types].map((name) => TYPE_OF_NAME[name]));
  const [kind] = kinds;
  return kinds.size === 1 ? kind : undefined;
}

const TYPE_OF_NAME: Readonly<Record<string, ValueType>> = {
  ...(Object.fromEntries(Object.keys(TYPE_ORDER).map((name) => [name, name])) as Record<ValueType, ValueType>),
  int: 'number',
  double: 'number',
  bool: 'boolean',
  binData: 'binary',
};
