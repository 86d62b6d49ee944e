import { isDoc, typeName, type Doc } from './bson-values.js';
import { parseFilter } from './filter.js';
import { compareValues, equalValues } from './key-string.js';
import { compile } from './matcher.js';
import { badValue, failedToParse, MongoError, notImplemented, typeMismatch } from './mongo-error.js';
import { applyPush, parsePush } from './push.js';
import { setAt, unsetAt, valueAt } from './update-path.js';

/** Changes the value at a concrete path of a document. */
export type Change = (doc: Doc, path: readonly string[], now: Date) => void;

/** Checks an operand and returns its change. `path` is for error messages. */
type Operator = (operand: unknown, path: string) => Change;

/** The update operators. Each of them throws if its operand is invalid, before any document is changed. */
export const UPDATE_OPERATORS: Readonly<Record<string, Operator>> = {
  $set: (operand) => (doc, path) => {
    setAt(doc, path, operand);
  },
  $setOnInsert: (operand) => (doc, path) => {
    setAt(doc, path, operand);
  },
  $unset: () => unsetAt,
  $inc: arithmetic(
    'increment',
    '$inc',
    (value, operand) => value + operand,
    (operand) => operand,
  ),
  $mul: arithmetic(
    'multiply',
    '$mul',
    (value, operand) => value * operand,
    () => 0,
  ),
  $min: (operand) => replaceIf((value) => compareValues(operand, value) < 0, operand),
  $max: (operand) => replaceIf((value) => compareValues(operand, value) > 0, operand),
  $currentDate: currentDate,
  $push: (operand) => {
    const push = parsePush(operand);
    return changeArray(
      (array) => applyPush(array, push),
      (type, path, doc) =>
        `The field '${path}' must be an array but is of type ${type} in document {_id: ${JSON.stringify(doc._id)}}`,
      true,
    );
  },
  $addToSet: (operand) => {
    const added = elementsToAdd(operand);
    return changeArray(
      (array) => addToSet(array, added),
      (type, path) => `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${type}`,
      true,
    );
  },
  $pull: (operand) => {
    const pulls = pullCondition(operand);
    return changeArray(
      (array) => array.filter((element) => !pulls(element)),
      () => 'Cannot apply $pull to a non-array value',
      false,
    );
  },
  $pullAll: (operand) => {
    if (!Array.isArray(operand))
      throw badValue(`$pullAll requires an array argument but was given a ${typeName(operand)}`);
    return changeArray(
      (array) => array.filter((element) => !operand.some((pulled) => equalValues(pulled, element))),
      () => 'Cannot apply $pull to a non-array value',
      false,
    );
  },
  $pop: (operand, path) => {
    if (typeof operand !== 'number') throw failedToParse(`Expected a number in: ${path}: ${JSON.stringify(operand)}`);
    if (operand !== 1 && operand !== -1) throw failedToParse(`$pop expects 1 or -1, found: ${operand}`);
    return changeArray(
      (array) => (operand === 1 ? array.slice(0, -1) : array.slice(1)),
      (type, at) => `Path '${at}' contains an element of non-array type '${type}'`,
      false,
      14,
    );
  },
  $bit: () => {
    throw notImplemented('$bit');
  },
};

function arithmetic(
  verb: string,
  operator: string,
  combine: (value: number, operand: number) => number,
  initial: (operand: number) => number,
): Operator {
  return (operand, path) => {
    if (typeof operand !== 'number')
      throw typeMismatch(`Cannot ${verb} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`);
    return (doc, at) => {
      const value = valueAt(doc, at);
      if (value !== undefined && typeof value !== 'number') {
        throw typeMismatch(
          `Cannot apply ${operator} to a value of non-numeric type. {_id: ${JSON.stringify(doc._id)}} has the field '${at.at(-1) ?? ''}' of non-numeric type ${typeName(value)}`,
        );
      }
      const result = value === undefined ? initial(operand) : combine(value, operand);
      if (!isExact(value ?? 0, operand, result)) {
        throw badValue(
          `Failed to apply ${operator} operations to current value (${String(value)}) for document {_id: ${JSON.stringify(doc._id)}}`,
        );
      }
      setAt(doc, at, result);
    };
  };
}

/** Whether a result can be stored. Whole numbers must stay exact; MongoDB refuses results beyond 64 bits. */
const isExact = (value: number, operand: number, result: number): boolean =>
  Number.isFinite(result) && (!Number.isInteger(value) || !Number.isInteger(operand) || Number.isSafeInteger(result));

function replaceIf(isBetter: (value: unknown) => boolean, operand: unknown): Change {
  return (doc, path) => {
    const value = valueAt(doc, path);
    if (value === undefined || isBetter(value)) setAt(doc, path, operand);
  };
}

function currentDate(operand: unknown): Change {
  const type = isDoc(operand) ? operand.$type : operand;
  if (type === 'timestamp') throw notImplemented('the BSON type timestamp');
  if (typeof type !== 'boolean' && type !== 'date') {
    throw badValue(
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  return (doc, path, now) => {
    setAt(doc, path, now);
  };
}

/** Changes an array. If it is missing, creates one if `creates` is true, otherwise does nothing. */
function changeArray(
  change: (array: readonly unknown[]) => readonly unknown[],
  refusal: (type: string, path: string, doc: Doc) => string,
  creates: boolean,
  code = 2,
): Change {
  return (doc, path) => {
    const value = valueAt(doc, path);
    if (value === undefined) {
      if (creates) setAt(doc, path, change([]));
      return;
    }
    if (!Array.isArray(value)) throw new MongoError(code, refusal(typeName(value), path.join('.'), doc));
    setAt(doc, path, change(value));
  };
}

function elementsToAdd(operand: unknown): readonly unknown[] {
  if (!isDoc(operand) || !('$each' in operand)) return [operand];
  const { $each, ...others } = operand;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw badValue(`Found unexpected fields after $each in $addToSet: ${JSON.stringify(operand)}`);
  if (!Array.isArray($each))
    throw typeMismatch(`The argument to $each in $addToSet must be an array but it was of type ${typeName($each)}`);
  return $each as unknown[];
}

function addToSet(array: readonly unknown[], added: readonly unknown[]): unknown[] {
  const result = [...array];
  for (const element of added) {
    if (!result.some((present) => equalValues(present, element))) result.push(element);
  }
  return result;
}

/** The operand of `$pull` is a value, a condition such as `{ $gte: 5 }`, or a filter for subdocuments. */
function pullCondition(operand: unknown): (element: unknown) => boolean {
  if (isDoc(operand) && !Object.keys(operand)[0]?.startsWith('$')) {
    const matches = compile(parseFilter(operand));
    return (element) => isDoc(element) && matches(element);
  }
  if (!isDoc(operand) && typeName(operand) !== 'regex') return (element) => equalValues(element, operand);
  const matches = compile(parseFilter({ element: operand }));
  return (element) => matches({ element });
}
