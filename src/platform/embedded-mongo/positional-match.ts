import type { Doc } from './bson-values.js';
import type { Filter } from './filter.js';
import { compile } from './matcher.js';

/**
 * Returns the position of the element of the array at `path` that satisfied the filter. The positional `$` of an
 * update stands for it.
 */
export function positionOfMatch(filter: Filter, path: readonly string[], array: unknown): number | undefined {
  if (!Array.isArray(array)) return undefined;
  switch (filter.kind) {
    case 'and':
      return firstDefined(filter.clauses, (clause) => positionOfMatch(clause, path, array));
    case 'or':
      return firstDefined(filter.clauses, (clause) => positionOfMatch(clause, path, array));
    case 'field':
      return positionOfTest(filter, path, array);
    case 'expr':
    case 'nor':
    default:
      return undefined;
  }
}

function firstDefined<T>(list: readonly T[], find: (element: T) => number | undefined): number | undefined {
  for (const element of list) {
    const found = find(element);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Tests the elements one by one, each in an array of its own. */
function positionOfTest(
  filter: Extract<Filter, { kind: 'field' }>,
  path: readonly string[],
  array: readonly unknown[],
): number | undefined {
  if (path.some((part, i) => filter.parts[i] !== part) || filter.test.op === 'not') return undefined;
  const parts = ['array', ...filter.parts.slice(path.length)];
  const matches = compile({ ...filter, path: parts.join('.'), parts });
  const position = array.findIndex((element) => matches({ array: [element] } satisfies Doc));
  return position < 0 ? undefined : position;
}
