import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { type Query, readQuery } from './filters.js';

/**
 * The filters of a list in the URL, and what changes them: the back button goes through the changes.
 *
 * @param keep further parameters of the URL, which stay as they are
 */
export function useListQuery(
  filters: readonly string[],
  keep: readonly string[] = [],
): readonly [Query, (query: Query) => void] {
  const [search, setSearch] = useSearchParams();
  const text = search.toString();
  // What the URL says is what counts, not the object that was read from it.
  const query = useMemo(() => readQuery(new URLSearchParams(text), filters), [text, filters]);
  const change = (next: Query): void => {
    const kept = keep.flatMap((name) => {
      const value = search.get(name);
      return value === null ? [] : [[name, value]];
    });
    setSearch(new URLSearchParams([...kept, ...Object.entries(next)]));
  };
  return [query, change];
}
