import { hasFilters, type Query } from '../parts/filters.js';

/** Whether a new event belongs to a list with these filters; if the list can't tell, it does not. */
export function isNewEvent({ type }: { readonly type: string }, query: Query): boolean {
  if (query.startingAfter !== undefined || query.endingBefore !== undefined) return false;
  if (!hasFilters(query)) return true;
  const { type: patterns, ...others } = query;
  return (
    patterns !== undefined &&
    !hasFilters(others) &&
    patterns
      .split(',')
      .some((pattern) => pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))))
  );
}
