import { idAt, timeOf } from '../platform/common/ids.js';
import type { PageRequest } from '../platform/database/page.js';
import type { RequestLog, RequestLogBatch } from './request-log.schema.js';

const MAX_ENTRIES = 50;

/** Maximum time between the ids of one batch, in ms. A page uses it to find its first batch. */
const MAX_SPAN_MS = 10_000;

/** The entries of an account to list. */
export interface RequestLogFilter {
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  /** The first digit of the status; lists have no such filter. */
  readonly statusClass?: number;
  readonly requestId?: string;
  readonly createdAt?: { readonly $gte?: Date; readonly $lt?: Date };
}

/** Splits the entries of one account, oldest first, into batches. */
export function batchesOf(accountId: string, entries: readonly RequestLog[], purgeAt: Date): RequestLogBatch[] {
  const batches: RequestLog[][] = [];
  for (const entry of entries) {
    const last = batches.at(-1);
    const [first] = last ?? [];
    const fits =
      last &&
      first &&
      last.length < MAX_ENTRIES &&
      timeOf(entry.id).getTime() - timeOf(first.id).getTime() < MAX_SPAN_MS;
    if (fits) last.push(entry);
    else batches.push([entry]);
  }
  return batches.map((batch) => ({ _id: batch.at(-1)?.id ?? '', accountId, entries: batch, purgeAt }));
}

/** Returns the limits on the ids of all batches that can contain entries of the page. */
export function batchIdBounds({ startingAfter, endingBefore }: PageRequest): { $lt?: string; $gt?: string } {
  return {
    ...(startingAfter !== undefined && {
      $lt: idAt('log', new Date(timeOf(startingAfter).getTime() + MAX_SPAN_MS + 1)),
    }),
    ...(endingBefore !== undefined && { $gt: endingBefore }),
  };
}

/** The limits on the ids of the batches that can contain an entry. */
export function batchIdsAround(id: string): { $gte: string; $lt: string } {
  return {
    $gte: idAt('log', new Date(timeOf(id).getTime() - MAX_SPAN_MS)),
    $lt: idAt('log', new Date(timeOf(id).getTime() + MAX_SPAN_MS + 1)),
  };
}

export function matchesFilter(
  entry: RequestLog,
  { method, path, status, statusClass, requestId, createdAt = {} }: RequestLogFilter,
): boolean {
  return (
    (method === undefined || entry.method === method) &&
    (path === undefined || entry.path === path) &&
    (status === undefined || entry.status === status) &&
    (statusClass === undefined || Math.floor(entry.status / 100) === statusClass) &&
    (requestId === undefined || entry.requestId === requestId) &&
    (createdAt.$gte === undefined || entry.createdAt >= createdAt.$gte) &&
    (createdAt.$lt === undefined || entry.createdAt < createdAt.$lt)
  );
}

/**
 * Yields the entries of batches in the order of their ids. Batches of several processes overlap in time, so it yields
 * an entry only when no later batch can contain an entry that comes before it.
 *
 * @param batches by id, newest first or oldest first
 */
export async function* entriesInOrder(
  batches: AsyncIterable<RequestLogBatch>,
  newestFirst: boolean,
  isWanted: (entry: RequestLog) => boolean,
): AsyncGenerator<RequestLog> {
  let waiting: RequestLog[] = [];
  for await (const { _id, entries } of batches) {
    // Newest first: later batches have no entry newer than `_id`. Oldest first: none is more than MAX_SPAN_MS older.
    const bound = newestFirst ? _id : idAt('log', new Date(timeOf(_id).getTime() - MAX_SPAN_MS));
    const isReady = ({ id }: RequestLog): boolean => (newestFirst ? id > bound : id < bound);
    yield* waiting.filter(isReady);
    waiting = [...waiting.filter((entry) => !isReady(entry)), ...entries.filter(isWanted)].sort((a, b) =>
      a.id < b.id === newestFirst ? 1 : -1,
    );
  }
  yield* waiting;
}
