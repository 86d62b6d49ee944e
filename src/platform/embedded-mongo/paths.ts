import { isDoc, type Doc } from './bson-values.js';

/** Splits a dotted path. */
export function splitPath(path: string): string[] {
  return path.split('.');
}

/** The array position a path component names, or undefined when it is not one. */
export function arrayIndex(component: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(component) ? Number(component) : undefined;
}

/** A field of a document; what an object inherits is not a field. */
export function field(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/**
 * Visits what a query path leads to, as MongoDB does: through every subdocument of an array on the way, but not
 * through arrays of arrays. A missing field is visited as undefined; an array on the way that holds no subdocument
 * is not visited at all. Stops, and returns true, as soon as `visit` does.
 */
export function visitPath(
  value: unknown,
  path: readonly string[],
  visit: (value: unknown) => boolean,
  from = 0,
): boolean {
  let current = value;
  for (let i = from; i < path.length; i++) {
    if (Array.isArray(current)) return visitThroughArray(current, path, visit, i);
    current = isDoc(current) ? field(current, path[i] ?? '') : undefined;
  }
  return visit(current);
}

function visitThroughArray(
  array: readonly unknown[],
  path: readonly string[],
  visit: (value: unknown) => boolean,
  at: number,
): boolean {
  const position = arrayIndex(path[at] ?? '');
  return array.some((element, i) => {
    if (isDoc(element) && visitPath(element, path, visit, at)) return true;
    if (i !== position) return false;
    if (at + 1 === path.length) return visit(element);
    return (isDoc(element) || Array.isArray(element)) && visitPath(element, path, visit, at + 1);
  });
}
