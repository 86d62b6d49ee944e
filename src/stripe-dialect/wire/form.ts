import { invalidRequest } from './dialect-error.js';

/** A value of a form: every leaf is a text. Objects have no prototype. */
export type FormValue = string | FormValue[] | FormObject;
export interface FormObject {
  [name: string]: FormValue;
}

const MAX_FIELDS = 1_000;
const MAX_DEPTH = 8;
const MAX_NAME = 1_000;

/** Names that mean something to the language. */
const REFUSED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

const NAME = /^[^[\]]+$/;
/** Its keys are any texts, numbers too. */
const METADATA = 'metadata';
const SEGMENT = /\[([^[\]]*)\]/gy;

const unreadable = (message: string, param?: string) =>
  invalidRequest(message, { code: 'parameter_invalid_format', ...(param !== undefined && { param }) });

/**
 * Reads a form or a query with nested names: `a[b]=x`, `list[]=x`, `list[0][k]=x`. The brackets may be encoded. Throws a
 * DialectError (400) for what cannot be read: wrong encodings, holes in lists, too many or too deep fields, and names
 * that would set a prototype.
 */
export function parseForm(text: string): FormObject {
  const form = newObject();
  if (text === '') return form;
  const pairs = text.split('&');
  if (pairs.length > MAX_FIELDS) throw unreadable(`The request has more than ${MAX_FIELDS} parameters.`);
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    set(form, pathOf(name), equals < 0 ? '' : decode(pair.slice(equals + 1)), name);
  }
  return form;
}

/** A field in which errors and documents name it: `items[0][price]`. */
export function fieldName(path: readonly (string | number)[]): string {
  const [first = '', ...rest] = path;
  return `${first}${rest.map((part) => `[${part}]`).join('')}`;
}

function newObject(): FormObject {
  return Object.create(null) as FormObject;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable('The request is not encoded as a form in UTF-8.');
  }
}

/** The segments of a name; an empty one appends to a list. */
function pathOf(name: string): string[] {
  if (name.length > MAX_NAME || name.includes('\0'))
    throw unreadable(`A parameter has a name with a NUL, or with more than ${MAX_NAME} characters.`);
  const bracket = name.indexOf('[');
  const first = bracket < 0 ? name : name.slice(0, bracket);
  if (!NAME.test(first)) throw unreadable('A parameter has a name that cannot be read.');
  const path = [first];
  SEGMENT.lastIndex = first.length;
  for (let at = first.length; at < name.length; at = SEGMENT.lastIndex) {
    const [, segment] = SEGMENT.exec(name) ?? [];
    if (segment === undefined) throw unreadable('A parameter has a name that cannot be read.');
    path.push(segment);
    if (path.length > MAX_DEPTH) throw unreadable(`A parameter is nested more than ${MAX_DEPTH} levels deep.`, first);
  }
  const refused = path.find((part) => REFUSED_NAMES.has(part));
  if (refused !== undefined) throw unreadable(`No parameter can be named ${refused}.`);
  return path;
}

const isIndex = (part: string): boolean => part === '' || /^\d{1,4}$/.test(part);

function set(form: FormObject, [first = '', ...rest]: readonly string[], value: string, name: string): void {
  let [container, key]: [FormObject | FormValue[], string] = [form, first];
  for (const [index, part] of rest.entries()) {
    const asList = isIndex(part) && (part === '' || key !== METADATA);
    const inner = descend(container, key, { inside: rest.slice(index), asList }, name);
    [container, key] = [inner, part];
  }
  put(container, key, value, name);
}

/** The container at a key, made if there is none. */
function descend(
  container: FormObject | FormValue[],
  key: string,
  { inside, asList }: { readonly inside: readonly string[]; readonly asList: boolean },
  name: string,
): FormObject | FormValue[] {
  // An empty segment goes on with the last element, until that has the field: `items[][price]` after `items[][price]`.
  const appends = Array.isArray(container) && key === '';
  const found = appends ? container.at(-1) : at(container, key);
  if (found !== undefined && !(appends && (asList || holds(found, inside)))) {
    if (typeof found === 'string' || (Array.isArray(found) && !asList)) throw conflicting(name);
    return found;
  }
  const made = asList ? [] : newObject();
  put(container, key, made, name);
  return made;
}

/** Whether a value has a field at the path; a list at its end takes another element. */
function holds(value: FormValue, path: readonly string[]): boolean {
  let inner: FormValue | undefined = value;
  for (const part of path) {
    if (part === '' && Array.isArray(inner)) return false;
    if (inner === undefined || typeof inner === 'string') return inner !== undefined;
    inner = at(inner, part);
  }
  return inner !== undefined;
}

function at(container: FormObject | FormValue[], key: string): FormValue | undefined {
  return Array.isArray(container) ? container[Number(key)] : container[key];
}

function put(container: FormObject | FormValue[], key: string, value: FormValue, name: string): void {
  if (!Array.isArray(container)) {
    if (container[key] !== undefined) throw conflicting(name);
    container[key] = value;
    return;
  }
  if (!isIndex(key)) throw conflicting(name);
  const index = key === '' ? container.length : Number(key);
  if (index > container.length) throw unreadable('A list has a hole: its elements are numbered from 0.', name);
  if (container[index] !== undefined) throw conflicting(name);
  container[index] = value;
}

function conflicting(name: string) {
  return unreadable('A parameter was sent twice, or in two forms.', name);
}
