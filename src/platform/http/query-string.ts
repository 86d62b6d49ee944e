import { parse } from 'node:querystring';

/** What a query string says: a text for each name, a list for a name that comes twice, an object for `name[key]=…`. */
export type Query = Record<string, string | string[] | Record<string, string | string[]> | undefined>;

/** Most requests have no query: one object serves them all. */
const NOTHING: Query = Object.freeze({});

const NESTED = /^([A-Za-z]{1,40})\[([^]{0,100})\]$/;

/** Reads a query string; names with `[key]` become objects. */
export function parseQueryString(text: string): Query {
  if (text === '') return NOTHING;
  const query: Query = parse(text);
  if (!text.includes('[') && !/%5b/i.test(text)) return query;
  for (const [name, value] of Object.entries(query)) {
    const [, outer, key] = NESTED.exec(name) ?? [];
    if (outer === undefined || key === undefined || (typeof value !== 'string' && !Array.isArray(value))) continue;
    const nested = query[outer];
    // A name that also came without a key is as wrong as one that came twice.
    if (nested !== undefined && (typeof nested === 'string' || Array.isArray(nested))) continue;
    // No name of a client becomes the prototype of an object.
    const object: Record<string, string | string[]> = nested ?? (Object.create(null) as Record<string, string>);
    object[key] = value;
    query[outer] = object;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the name is a key of this very object
    delete query[name];
  }
  return query;
}
