import { isDoc, type Doc } from './bson-values.js';
import { MongoError } from './mongo-error.js';
import { field, splitPath } from './paths.js';

/** Parses `$unwind`, which returns one document for each element of an array. */
export function parseUnwind(spec: unknown): (docs: readonly Doc[]) => Doc[] {
  const { path, includeArrayIndex, preserveNullAndEmptyArrays = false } = isDoc(spec) ? spec : { path: spec };
  if (typeof path !== 'string') throw new MongoError(28808, 'expected a string as the path for $unwind stage');
  if (!path.startsWith('$'))
    throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (
    includeArrayIndex !== undefined &&
    (typeof includeArrayIndex !== 'string' || includeArrayIndex === '' || includeArrayIndex.includes('.'))
  ) {
    throw new MongoError(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
  }
  if (typeof preserveNullAndEmptyArrays !== 'boolean')
    throw new MongoError(28809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
  const parts = splitPath(path.slice(1));

  const withIndex = (doc: Doc, index: number | null): Doc =>
    includeArrayIndex === undefined ? doc : { ...doc, [includeArrayIndex]: index };
  return (docs) =>
    docs.flatMap((doc) => {
      const value = parts.reduce<unknown>((current, part) => (isDoc(current) ? field(current, part) : undefined), doc);
      if (Array.isArray(value) && value.length > 0)
        return value.map((element, i) => withIndex(replaceAt(doc, parts, element), i));
      if (!Array.isArray(value) && value !== undefined && value !== null) return [withIndex(doc, null)];
      if (!preserveNullAndEmptyArrays) return [];
      return [withIndex(Array.isArray(value) ? replaceAt(doc, parts, undefined) : doc, null)];
    });
}

/** Copies a document with another value, or none, at the path. */
function replaceAt(doc: Doc, [name = '', ...rest]: readonly string[], value: unknown): Doc {
  if (rest.length === 0 && value === undefined) {
    return Object.fromEntries(Object.entries(doc).filter(([key]) => key !== name));
  }
  return { ...doc, [name]: rest.length === 0 ? value : replaceAt(doc[name] as Doc, rest, value) };
}
