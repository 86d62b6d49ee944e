import { isDoc, type Doc } from './bson-values.js';
import { parseFilter } from './filter.js';
import { compile, type Matcher } from './matcher.js';
import { badValue, failedToParse, typeMismatch } from './mongo-error.js';

/** The `arrayFilters` of an update, by identifier. */
export type ElementFilters = ReadonlyMap<string, Matcher>;

/** Reads `arrayFilters: [{ 'x.status': 'open' }]`. */
export function parseElementFilters(filters: unknown): ElementFilters {
  if (filters === undefined) return new Map();
  if (!Array.isArray(filters)) throw typeMismatch('arrayFilters must be an array');
  const parsed = new Map<string, Matcher>();
  for (const filter of filters) {
    if (!isDoc(filter)) throw typeMismatch('Each array filter must be an object');
    const names = new Set(identifiers(filter));
    const [name] = names;
    if (name === undefined)
      throw failedToParse('Cannot use an expression without a top-level field name in arrayFilters');
    if (names.size > 1)
      throw failedToParse(
        `Error parsing array filter: Expected a single top-level field name, found '${[...names].join("' and '")}'`,
      );
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw badValue(
        `Error parsing array filter: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    if (parsed.has(name))
      throw failedToParse(`Found multiple array filters with the same top-level field name ${name}`);
    parsed.set(name, compile(parseFilter(filter)));
  }
  return parsed;
}

function identifiers(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (!key.startsWith('$')) return [key.split('.')[0] ?? ''];
    return Array.isArray(value) ? value.filter(isDoc).flatMap(identifiers) : [];
  });
}

/** Returns a test for the elements that `$[name]` selects. */
export function compileElementFilter(
  filters: ElementFilters,
  name: string,
  path: string,
): (element: unknown) => boolean {
  const matches = filters.get(name);
  if (!matches) throw badValue(`No array filter found for identifier '${name}' in path '${path}'`);
  return (element) => matches({ [name]: element });
}

/** Throws 9 if the update does not use one of the array filters. */
export function checkAllUsed(filters: ElementFilters, paths: readonly string[]): void {
  for (const name of filters.keys()) {
    if (!paths.some((path) => path.includes(`$[${name}]`))) {
      throw failedToParse(`The array filter for identifier '${name}' was not used in the update`);
    }
  }
}
