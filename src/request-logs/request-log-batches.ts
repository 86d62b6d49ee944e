import { idAt, timeOf } from '../platform/common/ids.js';
import type { PageRequest } from '../platform/database/page.js';
import type { RequestLog, RequestLogBatch } from './request-log.schema.js';

const MAX_ENTRIES = 50;

/** The ids of one batch lie no further apart than this, in ms, so that a page knows where to begin. */
const MAX_SPAN_MS = 10_000;

/** Which entries of an account are asked for. */
export interface RequestLogFilter {
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly createdAt?: { readonly $gte?: Date; readonly $lt?: Date };
}

/** Cuts the entries of one account, oldest first, into batches. */
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

/** The bounds on the ids of the batches in which the entries of a page can be. */
export function batchIdBounds({ startingAfter, endingBefore }: PageRequest): { $lt?: string; $gt?: string } {
  return {
    ...(startingAfter !== undefined && {
      $lt: idAt('log', new Date(timeOf(startingAfter).getTime() + MAX_SPAN_MS + 1)),
    }),
    ...(endingBefore !== undefined && { $gt: endingBefore }),
  };
}

/** Whether an entry is asked for. */
export function matchesFilter(
  entry: RequestLog,
  { method, path, status, requestId, createdAt = {} }: RequestLogFilter,
): boolean {
  return (
    (method === undefined || entry.method === method) &&
    (path === undefined || entry.path === path) &&
    (status === undefined || entry.status === status) &&
    (requestId === undefined || entry.requestId === requestId) &&
    (createdAt.$gte === undefined || entry.createdAt >= createdAt.$gte) &&
    (createdAt.$lt === undefined || entry.createdAt < createdAt.$lt)
  );
}

/**
 * The entries of batches one by one, in the order of their ids. Batches of several processes overlap in time, so an entry
 * comes out only when no batch that is still to come can hold one before it.
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
    // Nothing newer than its newest entry follows; or nothing older than its oldest entry can be.
    const bound = newestFirst ? _id : idAt('log', new Date(timeOf(_id).getTime() - MAX_SPAN_MS));
    const isReady = ({ id }: RequestLog): boolean => (newestFirst ? id > bound : id < bound);
    yield* waiting.filter(isReady);
    waiting = [...waiting.filter((entry) => !isReady(entry)), ...entries.filter(isWanted)].sort((a, b) =>
      a.id < b.id === newestFirst ? 1 : -1,
    );
  }
  yield* waiting;
}
