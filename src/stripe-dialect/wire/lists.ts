import type { Page, PageRequest } from '../../platform/database/page.js';
import { idAt, type IdPrefix } from '../../platform/common/ids.js';
import type { Call } from './call.js';
import { integer, object, type ParamsOf, text, unixTime } from './params.js';

const LARGEST_PAGE = 100;
const USUAL_PAGE = 10;

/** The parameters of every list. */
export const LIST = {
  limit: integer(1, LARGEST_PAGE),
  starting_after: text(255),
  ending_before: text(255),
} as const;

const bounds = object({ gt: unixTime, gte: unixTime, lt: unixTime, lte: unixTime });

/** A time, or bounds of it. */
export const created = {
  ...bounds,
  type: 'timestamp or bounds',
  read: (value: Parameters<typeof bounds.read>[0], path: Parameters<typeof bounds.read>[1]) => {
    if (typeof value !== 'string') return bounds.read(value, path);
    const time = unixTime.read(value, path);
    return { gt: undefined, gte: time, lt: undefined, lte: time };
  },
};

export type CreatedBounds = ReturnType<typeof bounds.read>;

/** A list as the dialect shows it. */
export interface List<T = object> {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: readonly T[];
}

export function listOf<T>({ path }: Pick<Call, 'path'>, { data, hasMore }: Page<T>): List<T> {
  return { object: 'list', url: path, has_more: hasMore, data };
}

/**
 * The page that is asked for.
 *
 * @param stored the id of the stored object behind a shown one
 */
export function pageOf(
  { limit, starting_after, ending_before }: ParamsOf<typeof LIST>,
  stored: (id: string) => string = (id) => id,
): PageRequest {
  return {
    limit: limit ?? USUAL_PAGE,
    ...(starting_after !== undefined && { startingAfter: stored(starting_after) }),
    ...(ending_before !== undefined && { endingBefore: stored(ending_before) }),
  };
}

const SECOND_MS = 1_000;

/** A condition on `createdAt`; times are whole seconds. Empty if there are no bounds. */
export function createdWithin(asked: CreatedBounds): { createdAt?: Record<string, Date> } {
  if (asked === undefined) return {};
  const { gt, gte, lt, lte } = asked;
  const after = (time: Date): Date => new Date(time.getTime() + SECOND_MS);
  const conditions = {
    ...(gte && { $gte: gte }),
    ...(gt && { $gte: after(gt) }),
    ...(lt && { $lt: lt }),
    ...(lte && { $lt: after(lte) }),
  };
  return Object.keys(conditions).length === 0 ? {} : { createdAt: conditions };
}

/** The same on `_id`, for objects whose id has the time of their creation. */
export function idsWithin(prefix: IdPrefix, asked: CreatedBounds): { _id?: Record<string, string> } {
  const { createdAt } = createdWithin(asked);
  if (!createdAt) return {};
  return {
    _id: Object.fromEntries(Object.entries(createdAt).map(([operator, time]) => [operator, idAt(prefix, time)])),
  };
}

/** Unix seconds. */
export function seconds(time: Date): number {
  return Math.floor(time.getTime() / SECOND_MS);
}
