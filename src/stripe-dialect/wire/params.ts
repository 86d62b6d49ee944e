import { mergedMetadata, type Metadata, type MetadataChanges } from '../../platform/common/metadata.js';
import { invalidRequest, missingParameter } from './dialect-error.js';
import { fieldName, type FormObject, type FormValue } from './form.js';

type Path = readonly (string | number)[];

/** A parameter: how it is read, and how documents call its type. */
export interface Field<T> {
  /** Throws a DialectError (400). */
  readonly read: (value: FormValue | undefined, path: Path) => T;
  readonly type: string;
  readonly required: boolean;
}

/** The parameters of an operation, by name. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** What was sent for a shape. What was not sent is undefined, what was cleared is null. */
export type ParamsOf<S extends Shape> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

function field<T>(type: string, read: (value: FormValue, path: Path) => T): Field<T | undefined> {
  return {
    type,
    required: false,
    read: (value, path) => (value === undefined ? undefined : read(value, path)),
  };
}

const refuse = (path: Path, message: string, code = 'parameter_invalid') =>
  invalidRequest(message, { code, param: fieldName(path) });

/** Throws a DialectError (400, parameter_missing) if it was not sent. */
export function required<T>(optional: Field<T | undefined>): Field<T> {
  return {
    type: optional.type,
    required: true,
    read: (value, path) => {
      const read = value === undefined || value === '' ? undefined : optional.read(value, path);
      if (read === undefined) throw missingParameter(fieldName(path));
      return read;
    },
  };
}

/** An empty text clears it: null. */
export function clearable<T>(optional: Field<T | undefined>): Field<T | null | undefined> {
  return { ...optional, read: (value, path) => (value === '' ? null : optional.read(value, path)) };
}

function textOf(value: FormValue, path: Path): string {
  if (typeof value !== 'string') throw refuse(path, `Invalid string: ${fieldName(path)} has to be a text.`);
  return value;
}

export function text(maxLength = 5_000): Field<string | undefined> {
  return field('string', (value, path) => {
    const read = textOf(value, path);
    if (read === '')
      throw refuse(path, `You passed an empty string for '${fieldName(path)}'.`, 'parameter_invalid_empty');
    if (read.length > maxLength)
      throw refuse(path, `Invalid string: ${fieldName(path)} has at most ${maxLength} characters.`);
    return read;
  });
}

/** Schemes that run or show what the address itself holds. */
const NO_PLACES: ReadonlySet<string> = new Set(['javascript:', 'data:', 'blob:', 'vbscript:', 'file:', 'about:']);

/** Where a customer goes afterwards: a page, or an app of a phone by its own scheme. */
export const returnUrl: Field<string | undefined> = field('string', (value, path) => {
  const read = textOf(value, path);
  if (read.length <= 2_048 && URL.canParse(read) && !NO_PLACES.has(new URL(read).protocol)) return read;
  throw refuse(path, 'Not a valid URL', 'url_invalid');
});

/** Amounts and counts. */
export function integer(min: number, max: number): Field<number | undefined> {
  return field('integer', (value, path) => {
    const read = textOf(value, path);
    if (!/^-?\d{1,15}$/.test(read))
      throw refuse(path, `Invalid integer: ${read.slice(0, 100)}`, 'parameter_invalid_integer');
    const number = Number(read);
    if (number < min || number > max)
      throw refuse(
        path,
        `Invalid integer: ${fieldName(path)} has to be from ${min} to ${max}.`,
        'parameter_invalid_integer',
      );
    return number;
  });
}

export const flag: Field<boolean | undefined> = field('boolean', (value, path) => {
  const read = textOf(value, path);
  if (read !== 'true' && read !== 'false') throw refuse(path, `Invalid boolean: ${read.slice(0, 100)}`);
  return read === 'true';
});

export function oneOf<T extends string>(...values: readonly T[]): Field<T | undefined> {
  return field(values.map((each) => `\`${each}\``).join(', '), (value, path) => {
    const read = textOf(value, path);
    const found = values.find((each) => each === read);
    if (found === undefined) throw refuse(path, `Invalid ${fieldName(path)}: must be one of ${values.join(', ')}`);
    return found;
  });
}

const LATEST_SECONDS = 4_102_444_800;

/** Unix seconds, as a Date. */
export const unixTime: Field<Date | undefined> = field('timestamp', (value, path) => {
  const seconds = integer(0, LATEST_SECONDS).read(value, path) ?? 0;
  return new Date(seconds * 1000);
});

export function listOf<T>(item: Field<T | undefined>, most = 100): Field<readonly T[] | undefined> {
  return field(`list of ${item.type}`, (value, path) => {
    if (!Array.isArray(value)) throw refuse(path, `Invalid array: ${fieldName(path)} has to be a list.`);
    if (value.length > most) throw refuse(path, `${fieldName(path)} has at most ${most} elements.`);
    return value.map((each, index) => required(item).read(each, [...path, index]));
  });
}

function objectOf(value: FormValue, path: Path): FormObject {
  if (typeof value === 'string' || Array.isArray(value))
    throw refuse(path, `Invalid object: ${fieldName(path)} has to be an object.`);
  return value;
}

/** An object with known fields. */
export function object<S extends Shape>(shape: S): Field<ParamsOf<S> | undefined> {
  return field('object', (value, path) => readShape(shape, objectOf(value, path), path));
}

/** Any fields with texts: kept and shown as they are. */
export const anything: Field<FormValue | undefined> = field('object', (value) => value);

const MAX_KEYS = 50;
const MAX_KEY = 40;
const MAX_VALUE = 500;

/** What changes in metadata: an empty value removes its key; an empty text removes all. */
export const metadata: Field<MetadataChanges | undefined> = field('metadata', (value, path) => {
  if (value === '') return null;
  const pairs = Object.entries(objectOf(value, path));
  if (pairs.length > MAX_KEYS) throw refuse(path, `Metadata has at most ${MAX_KEYS} keys.`);
  for (const [key, each] of pairs) {
    if (key.length > MAX_KEY) throw refuse([...path, key], `Metadata keys have at most ${MAX_KEY} characters.`);
    if (textOf(each, [...path, key]).length > MAX_VALUE)
      throw refuse([...path, key], `Metadata values have at most ${MAX_VALUE} characters.`);
  }
  return Object.fromEntries(pairs.map(([key, each]) => [key, each === '' ? null : (each as string)]));
});

/** The metadata after a change. Throws a DialectError (400) for too many keys. */
export function metadataAfter(current: Metadata, change: MetadataChanges | undefined): Metadata {
  if (change === undefined) return current;
  const merged = mergedMetadata(current, change);
  if (Object.keys(merged).length > MAX_KEYS) throw refuse(['metadata'], `Metadata has at most ${MAX_KEYS} keys.`);
  return merged;
}

/** What every operation takes. */
const EVERYWHERE: Shape = { expand: listOf(text(200), 20), key: text(200) };

/** Reads the parameters of an operation. Throws a DialectError (400) for unknown, missing and wrong ones. */
export function readParams<S extends Shape>(shape: S, form: FormObject): ParamsOf<S> {
  return readShape({ ...shape, ...EVERYWHERE }, form, []);
}

function readShape<S extends Shape>(shape: S, form: FormObject, path: Path): ParamsOf<S> {
  for (const name of Object.keys(form))
    if (!Object.hasOwn(shape, name)) {
      const param = fieldName([...path, name]);
      throw invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
    }
  const read = Object.entries(shape).map(([name, { read: readField }]) => [
    name,
    readField(form[name], [...path, name]),
  ]);
  return Object.fromEntries(read) as ParamsOf<S>;
}
