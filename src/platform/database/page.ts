import type { Model, QueryFilter } from 'mongoose';
import { idAt, type IdPrefix } from '../common/ids.js';
import { idIn } from '../worlds/world-ids.js';

/** The requested part of a list, newest first. */
export interface PageRequest {
  readonly limit: number;
  readonly startingAfter?: string;
  readonly endingBefore?: string;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** Whether there are more items in the direction of the paging. */
  readonly hasMore: boolean;
}

/**
 * Returns one page of an account's matching documents, newest first. Ids sort by time, so new documents do not shift a page,
 * and the index that serves the filter also serves the cursor.
 */
export async function findPage<T>(
  model: Model<T>,
  accountId: string,
  filter: QueryFilter<T>,
  { limit, startingAfter, endingBefore }: PageRequest,
): Promise<Page<T>> {
  const backwards = endingBefore !== undefined && startingAfter === undefined;
  const cursor = {
    ...(startingAfter !== undefined && { $lt: idIn(accountId, startingAfter) }),
    ...(endingBefore !== undefined && { $gt: idIn(accountId, endingBefore) }),
  };
  const own = { accountId, ...filter } as QueryFilter<T>;
  const bounded = Object.keys(cursor).length > 0 ? { $and: [own, { _id: cursor }] } : own;
  const rows = await model
    .find(bounded)
    .sort({ _id: backwards ? 1 : -1 })
    .limit(limit + 1)
    .lean<T[]>();
  return pageOfRows(rows, limit, backwards);
}

/** Makes a page of up to `limit + 1` rows; they are in reverse if they were read backwards. */
export function pageOfRows<T>(rows: readonly T[], limit: number, backwards: boolean): Page<T> {
  const data = rows.slice(0, limit);
  return { data: backwards ? data.reverse() : data, hasMore: rows.length > limit };
}

type OptionalTime = string | null | undefined;

/** A condition for "created after" (inclusive) and "created before" (exclusive); empty if neither is given. */
export function createdBetween(after: OptionalTime, before: OptionalTime): { createdAt?: { $gte?: Date; $lt?: Date } } {
  if (!after && !before) return {};
  return { createdAt: { ...(after && { $gte: new Date(after) }), ...(before && { $lt: new Date(before) }) } };
}

/** The same condition on `_id`, for documents whose id has the time of their creation. */
export function idBetween(
  prefix: IdPrefix,
  after: OptionalTime,
  before: OptionalTime,
): { _id?: { $gte?: string; $lt?: string } } {
  if (!after && !before) return {};
  return {
    _id: {
      ...(after && { $gte: idAt(prefix, new Date(after)) }),
      ...(before && { $lt: idAt(prefix, new Date(before)) }),
    },
  };
}
