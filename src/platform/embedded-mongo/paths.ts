import { isDoc, type Doc } from './bson-values.js';

export function splitPath(path: string): string[] {
  return path.split('.');
}

/** Returns the array position that a path component names, or undefined if it names none. */
export function arrayIndex(component: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(component) ? Number(component) : undefined;
}

/** Returns a field of a document. Inherited properties are not fields. */
export function field(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/**
 * Visits the values at a query path, as MongoDB does: through every subdocument of an array on the path, but not
 * through arrays of arrays. Visits a missing field as undefined. Visits nothing for an array on the path that has no
 * subdocument. Stops and returns true as soon as `visit` returns true.
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
