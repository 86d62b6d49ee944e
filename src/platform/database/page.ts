import type { Model, QueryFilter } from 'mongoose';
import { idAt, type IdPrefix } from '../common/ids.js';

/** Which part of a list is asked for; newest first. */
export interface PageRequest {
  readonly limit: number;
  readonly startingAfter?: string;
  readonly endingBefore?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** Whether there are more in the direction of the paging. */
  readonly hasMore: boolean;
}

/**
 * One page of what matches, newest first. Ids sort by time, so a page stays where it is while rows are
 * added before it, and the index that serves the filter serves the cursor.
 */
export async function findPage<T>(
  model: Model<T>,
  filter: QueryFilter<T>,
  { limit, startingAfter, endingBefore }: PageRequest,
): Promise<Page<T>> {
  const backwards = endingBefore !== undefined && startingAfter === undefined;
  const cursor = {
    ...(startingAfter !== undefined && { $lt: startingAfter }),
    ...(endingBefore !== undefined && { $gt: endingBefore }),
  };
  const bounded = Object.keys(cursor).length > 0 ? { $and: [filter, { _id: cursor }] } : filter;
  const rows = await model
    .find(bounded)
    .sort({ _id: backwards ? 1 : -1 })
    .limit(limit + 1)
    .lean<T[]>();
  const data = rows.slice(0, limit);
  return { data: backwards ? data.reverse() : data, hasMore: rows.length > limit };
}

type Given = string | null | undefined;

/** "Created after" (inclusive) and "created before" (exclusive) as a condition; empty where neither is given. */
export function createdBetween(after: Given, before: Given): { createdAt?: { $gte?: Date; $lt?: Date } } {
  if (!after && !before) return {};
  return { createdAt: { ...(after && { $gte: new Date(after) }), ...(before && { $lt: new Date(before) }) } };
}

/** The same as a condition on the `_id`, for what is created at the very time of its id. */
export function idBetween(prefix: IdPrefix, after: Given, before: Given): { _id?: { $gte?: string; $lt?: string } } {
  if (!after && !before) return {};
  return {
    _id: {
      ...(after && { $gte: idAt(prefix, new Date(after)) }),
      ...(before && { $lt: idAt(prefix, new Date(before)) }),
    },
  };
}
