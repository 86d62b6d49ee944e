import { parse } from 'node:querystring';

/** What a query string says: a text for each name, a list for a name that comes twice, an object for `name[key]=…`. */
export type Query = Record<string, string | string[] | Record<string, string | string[]> | undefined>;

/** Most requests have no query: one object serves them all. */
const NOTHING: Query = Object.freeze({});

const NESTED = /^([A-Za-z]{1,40})\[([^]{0,100})\]$/;

/** Reads a query string; names with `[key]` become objects. */
export function parseQueryString(text: string): Query {
  if (text === '') return NOTHING;
  const given = parse(text);
  if (!text.includes('[') && !/%5b/i.test(text)) return given;
  // Without prototypes, so that no name of a client becomes one.
  const query = Object.create(null) as Query;
  for (const [name, value = ''] of Object.entries(given)) {
    const [, outer, key] = NESTED.exec(name) ?? [];
    // A name that also comes without a key stays as it is: a field that there is not.
    if (outer === undefined || key === undefined || outer in given) query[name] = value;
    else query[outer] = Object.assign(query[outer] ?? (Object.create(null) as object), { [key]: value });
  }
  return query;
}
