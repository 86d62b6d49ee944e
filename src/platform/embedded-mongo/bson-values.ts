import { Binary, BSONRegExp, Long, ObjectId } from 'bson';
import { badValue } from './mongo-error.js';

/** A decoded BSON document. */
export type Doc = Record<string, unknown>;

/** The types that a stored value can have. The numbers give MongoDB's order of types. */
export const TYPE_ORDER = {
  undefined: 0x0a,
  null: 0x14,
  number: 0x1e,
  string: 0x3c,
  object: 0x46,
  array: 0x50,
  binary: 0x5a,
  objectId: 0x64,
  boolean: 0x6e,
  date: 0x78,
} as const;

export type ValueType = keyof typeof TYPE_ORDER;

/** Returns the type of a value. Throws 2 if the value cannot be stored (Decimal128, a regular expression, …). */
export function typeOf(value: unknown): ValueType {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'undefined':
      return 'undefined';
    case 'object':
      return typeOfObject(value);
    case 'bigint':
    case 'function':
    case 'symbol':
    default:
      throw badValue(`Unsupported value of type ${typeof value}`);
  }
}

function typeOfObject(value: object | null): ValueType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binary';
  if ('_bsontype' in value && Object.getPrototypeOf(value) !== Object.prototype) {
    const kind = value instanceof Long ? '64-bit integer beyond the safe range' : String(value._bsontype);
    throw badValue(`The embedded server does not support values of type ${kind}`);
  }
  return 'object';
}

/** Whether a value is a subdocument, not another kind of JavaScript object. */
export function isDoc(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !('_bsontype' in value && Object.getPrototypeOf(value) !== Object.prototype)
  );
}

export const isRegExp = (value: unknown): value is BSONRegExp => value instanceof BSONRegExp;

/** The name MongoDB uses for a value's type in messages and in `$type`. */
export function typeName(value: unknown): string {
  if (isRegExp(value)) return 'regex';
  if (value === undefined) return 'missing';
  const type = typeOf(value);
  switch (type) {
    case 'number':
      return isInt32(value as number) ? 'int' : 'double';
    case 'boolean':
      return 'bool';
    case 'binary':
      return 'binData';
    case 'array':
    case 'date':
    case 'null':
    case 'object':
    case 'objectId':
    case 'string':
    case 'undefined':
    default:
      return type;
  }
}

export const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

/** Copies arrays and subdocuments. Shares other values, which are never changed in place. */
export function cloneValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneValue) as T;
  if (isDoc(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloneValue(inner)])) as T;
  return value;
}
