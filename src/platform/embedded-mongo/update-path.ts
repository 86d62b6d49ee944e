import { isDoc, type Doc } from './bson-values.js';
import { compileElementFilter, type ElementFilters } from './element-filters.js';
import type { Filter } from './filter.js';
import { badValue, MongoError } from './mongo-error.js';
import { arrayIndex, field, splitPath } from './paths.js';
import { positionOfMatch } from './positional-match.js';

/** A path of an update, such as `a.b`, `a.0.b`, `a.$.b`, `a.$[].b` or `a.$[x].b`. */
export interface UpdatePath {
  readonly path: string;
  readonly parts: readonly string[];
}

/** Parses and checks a path of an update. */
export function parseUpdatePath(path: string): UpdatePath {
  if (path === '') throw new MongoError(56, 'An empty update path is not valid.');
  const parts = splitPath(path);
  if (parts.includes('')) {
    throw new MongoError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  }
  if (parts.includes('__proto__')) throw badValue('The embedded server does not support a field named __proto__');
  const [first] = parts;
  if (first === '$' || first?.startsWith('$[')) {
    throw badValue(
      `Cannot have positional (i.e. '$') or array filter (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  }
  if (parts.filter((part) => part === '$').length > 1)
    throw badValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  const dollar = parts.find((part) => part.startsWith('$') && part !== '$' && !/^\$\[[^\]]*\]$/.test(part));
  if (dollar !== undefined) {
    throw new MongoError(52, `The dollar ($) prefixed field '${dollar}' in '${path}' is not valid for storage.`);
  }
  return { path, parts };
}

/** The data that resolves the special parts of a path. */
export interface PathContext {
  /** The filter that found the document; it determines the position of `$`. Undefined for an insert. */
  readonly filter: Filter | undefined;
  readonly elementFilters: ElementFilters;
}

/** Returns the concrete paths that a path stands for in a document. */
export function resolvePath({ path, parts }: UpdatePath, doc: Doc, context: PathContext): (readonly string[])[] {
  const special = parts.findIndex((part) => part.startsWith('$'));
  if (special < 0) return [parts];
  const before = parts.slice(0, special);
  const part = parts[special] ?? '';
  const array = valueAt(doc, before);
  const follow = (index: number): (readonly string[])[] =>
    resolvePath({ path, parts: [...before, String(index), ...parts.slice(special + 1)] }, doc, context);
  if (part === '$') {
    const position = context.filter && positionOfMatch(context.filter, before, array);
    if (position === undefined) throw badValue('The positional operator did not find the match needed from the query.');
    return follow(position);
  }
  if (array === undefined) {
    throw badValue(`The path '${before.join('.')}' must exist in the document in order to apply array updates.`);
  }
  if (!Array.isArray(array)) {
    throw badValue(`Cannot apply array updates to non-array element ${before.join('.')}: ${JSON.stringify(array)}`);
  }
  const name = part.slice(2, -1);
  const matches = name === '' ? () => true : compileElementFilter(context.elementFilters, name, path);
  return array.flatMap((element, i) => (matches(element) ? follow(i) : []));
}

/** Returns the value at a concrete path, which leads through subdocuments and array positions. */
export function valueAt(doc: Doc, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((value, part) => child(value, part), doc);
}

function child(value: unknown, part: string): unknown {
  if (isDoc(value)) return field(value, part);
  const index = arrayIndex(part);
  return Array.isArray(value) && index !== undefined ? (value as unknown[])[index] : undefined;
}

/** The most nulls that fill an array up to a position. */
const MAX_PADDING = 1_500_000;

/** Sets the value at a concrete path, and creates missing subdocuments. Throws 28 if another value is on the path. */
export function setAt(doc: Doc, parts: readonly string[], value: unknown): void {
  let at: unknown = doc;
  parts.forEach((part, i) => {
    const isLast = i === parts.length - 1;
    const next = child(at, part);
    if (!isLast && next !== undefined) {
      at = next;
      return;
    }
    const added: unknown = isLast ? value : {};
    put(at, parts, i, added);
    at = added;
  });
}

function put(container: unknown, parts: readonly string[], i: number, value: unknown): void {
  const part = parts[i] ?? '';
  if (isDoc(container)) {
    container[part] = value;
    return;
  }
  const index = arrayIndex(part);
  if (!Array.isArray(container) || index === undefined) {
    throw new MongoError(
      28,
      `Cannot create field '${part}' in element {${parts[i - 1] ?? ''}: ${JSON.stringify(container)}}`,
    );
  }
  if (index - container.length > MAX_PADDING)
    throw new MongoError(2, `can't backfill more than ${MAX_PADDING} elements`);
  while (container.length < index) container.push(null);
  container[index] = value;
}

/** Removes a field. Sets an element of an array to null instead. */
export function unsetAt(doc: Doc, parts: readonly string[]): void {
  const container = valueAt(doc, parts.slice(0, -1));
  const part = parts.at(-1) ?? '';
  if (isDoc(container)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names of a document's fields are data
    delete container[part];
    return;
  }
  const index = arrayIndex(part);
  if (Array.isArray(container) && index !== undefined && index < container.length) container[index] = null;
}

/** Throws 40 if one path of an update contains another. */
export function checkConflicts(paths: readonly string[]): void {
  const sorted = [...paths].sort();
  const seen = new Set<string>();
  for (const path of sorted) {
    const parts = splitPath(path);
    for (let length = 1; length <= parts.length; length++) {
      const prefix = parts.slice(0, length).join('.');
      if (seen.has(prefix))
        throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${prefix}'`);
    }
    seen.add(path);
  }
}
