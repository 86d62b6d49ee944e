import { isDoc, typeName, typeOf, type Doc } from './bson-values.js';
import { compareValues, equalValues } from './key-string.js';
import { loadMingo, MINGO_OPERATORS, type Mingo, type MingoOperator } from './mingo-operators.js';
import { badValue, MongoError, notImplemented } from './mongo-error.js';
import { arrayIndex, field, splitPath } from './paths.js';

/** Evaluates an operand for a document. */
type Evaluate = (operand: unknown) => unknown;

/** Evaluates both operands of a comparison. */
function evaluatePair(name: string, operand: unknown, evaluateOperand: Evaluate): [unknown, unknown] {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw new MongoError(16020, `Expression ${name} takes exactly 2 arguments.`);
  return [evaluateOperand(operand[0]), evaluateOperand(operand[1])];
}

type OwnOperator = (operand: unknown, evaluateOperand: Evaluate) => unknown;

const comparison =
  (name: string, decide: (order: number) => unknown): OwnOperator =>
  (operand, evaluateOperand) =>
    decide(compareValues(...evaluatePair(name, operand, evaluateOperand)));

/** Operators in which mingo differs from MongoDB: order between types, equality of documents, types of numbers. */
const OWN: Readonly<Record<`$${string}`, OwnOperator>> = {
  $eq: (operand, evaluateOperand) => equalValues(...evaluatePair('$eq', operand, evaluateOperand)),
  $ne: (operand, evaluateOperand) => !equalValues(...evaluatePair('$ne', operand, evaluateOperand)),
  $gt: comparison('$gt', (order) => order > 0),
  $gte: comparison('$gte', (order) => order >= 0),
  $lt: comparison('$lt', (order) => order < 0),
  $lte: comparison('$lte', (order) => order <= 0),
  $cmp: comparison('$cmp', Math.sign),
  $in: (operand, evaluateOperand) => {
    const [value, list] = evaluatePair('$in', operand, evaluateOperand);
    if (!Array.isArray(list))
      throw new MongoError(40081, `$in requires an array as a second argument, found: ${typeName(list)}`);
    return list.some((element) => equalValues(element, value));
  },
  $type: (operand, evaluateOperand) => typeName(evaluateOperand(operand)),
  $literal: (operand) => operand,
};

let mingo: { evaluate: Mingo['evaluate']; options: unknown } | undefined;

/** Returns mingo, extended with the operators of this server. */
function evaluator(): NonNullable<typeof mingo> {
  if (mingo) return mingo;
  const { evaluate: evaluateWith, operators, contextOf } = loadMingo();
  const own = Object.entries(OWN).map(([name, operator]): [string, MingoOperator] => [
    name,
    (doc, operand, options) => operator(operand, (inner) => evaluateWith(doc, inner, options)),
  ]);
  mingo = { evaluate: evaluateWith, options: { context: contextOf({ ...operators, ...Object.fromEntries(own) }) } };
  return mingo;
}

/** Whether this server has an expression operator. */
export const isOperator = (name: string): boolean => Object.hasOwn(OWN, name) || MINGO_OPERATORS.has(name);

/** Throws if this server does not evaluate an expression exactly as MongoDB does. */
export function checkExpression(expression: unknown): void {
  if (typeof expression === 'string') checkFieldPath(expression);
  else if (Array.isArray(expression)) expression.forEach(checkExpression);
  else if (isDoc(expression)) checkExpressionObject(expression);
  else typeOf(expression);
}

function checkFieldPath(expression: string): void {
  if (!expression.startsWith('$')) return;
  if (expression === '$') throw new MongoError(16872, "'$' by itself is not a valid FieldPath");
  const parts = splitPath(expression.replace(/^\$\$?/, ''));
  if (parts.some((part) => part === '')) throw new MongoError(15998, 'FieldPath field names may not be empty strings.');
  if (parts.some((part) => arrayIndex(part) !== undefined))
    throw notImplemented(`the path ${expression} in an expression`);
}

function checkExpressionObject(expression: Doc): void {
  const [first] = Object.keys(expression);
  if (!first?.startsWith('$')) {
    Object.values(expression).forEach(checkExpression);
    return;
  }
  if (Object.keys(expression).length > 1) {
    throw new MongoError(15983, 'an object representing an expression must have exactly one field');
  }
  if (!isOperator(first)) throw new MongoError(168, `Unrecognized expression '${first}'`);
  if (first !== '$literal')
    Object.values(expression).forEach(isDoc(expression[first]) ? checkArguments : checkExpression);
}

/** Checks the named arguments of an operator such as `$cond`: each is an expression, whatever its name. */
function checkArguments(named: unknown): void {
  if (isDoc(named) && !Object.keys(named)[0]?.startsWith('$')) Object.values(named).forEach(checkExpression);
  else checkExpression(named);
}

/** Evaluates a checked expression for a document. Returns undefined if the field is missing. */
export function evaluate(expression: unknown, doc: Doc): unknown {
  if (typeof expression === 'string') {
    if (!expression.startsWith('$')) return expression;
    if (!expression.startsWith('$$')) return resolve(doc, splitPath(expression.slice(1)), 0);
  } else if (typeof expression !== 'object' || expression === null) {
    return expression;
  } else if (isDoc(expression) && !Object.keys(expression)[0]?.startsWith('$')) {
    return evaluateObject(expression, doc);
  }
  try {
    const { evaluate: evaluateWith, options } = evaluator();
    return evaluateWith(doc, expression, options);
  } catch (error) {
    if (error instanceof MongoError) throw error;
    throw badValue(error instanceof Error ? error.message : String(error));
  }
}

function evaluateObject(expression: Doc, doc: Doc): Doc {
  return Object.fromEntries(
    Object.entries(expression)
      .map(([name, inner]) => [name, evaluate(inner, doc)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** Resolves a field path of an expression. An array on the path becomes the array of its elements' values. */
function resolve(value: unknown, path: readonly string[], at: number): unknown {
  if (at === path.length) return value;
  if (Array.isArray(value)) {
    return value
      .map((element) => (isDoc(element) || Array.isArray(element) ? resolve(element, path, at) : undefined))
      .filter((found) => found !== undefined);
  }
  return isDoc(value) ? resolve(field(value, path[at] ?? ''), path, at + 1) : undefined;
}

/** Whether MongoDB treats a value as true: all values except false, null, 0 and a missing value. */
export function isTrue(value: unknown): boolean {
  return value !== false && value !== null && value !== undefined && value !== 0;
}
