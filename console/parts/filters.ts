/** What a list is asked for: names and values as the API has them, and as they stand in the URL. */
export type Query = Readonly<Record<string, string>>;

/** Where a page of a list begins. */
const CURSORS = ['startingAfter', 'endingBefore'] as const;

/** Reads the filters that a list knows, and its cursor, from the URL. Empty ones and unknown ones are left out. */
export function readQuery(search: URLSearchParams, filters: readonly string[]): Query {
  const entries = [...filters, ...CURSORS].flatMap((name) => {
    const value = search.get(name);
    return value === null || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** The query with another filter; an empty value removes it. The list begins anew. */
export function withFilter(query: Query, name: string, value: string): Query {
  const rest = withoutCursor(query);
  const others = Object.entries(rest).filter(([other]) => other !== name);
  return Object.fromEntries(value === '' ? others : [...others, [name, value]]);
}

export function withoutCursor(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !isCursor(name)));
}

/** The query of the page with older rows, after this one. */
export function olderThan(query: Query, id: string): Query {
  return { ...withoutCursor(query), startingAfter: id };
}

/** The query of the page with newer rows, before this one. */
export function newerThan(query: Query, id: string): Query {
  return { ...withoutCursor(query), endingBefore: id };
}

/** Which buttons a page of a list has. */
export function neighbours(query: Query, hasMore: boolean): { readonly newer: boolean; readonly older: boolean } {
  // `hasMore` is about the direction that was asked for.
  if (query.endingBefore !== undefined) return { newer: hasMore, older: true };
  return { newer: query.startingAfter !== undefined, older: hasMore };
}

const isCursor = (name: string): boolean => (CURSORS as readonly string[]).includes(name);

export function hasFilters(query: Query): boolean {
  return Object.keys(withoutCursor(query)).length > 0;
}
