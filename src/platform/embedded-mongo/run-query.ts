import type { Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { decode } from './document.js';
import type { Filter } from './filter.js';
import { candidatesOf, type Candidate } from './index-lookup.js';
import type { KeyPattern } from './index-keys.js';
import { canSortKeys, SortedKeys } from './key-order.js';
import { compileForBytes } from './matcher.js';
import { planQuery, type Plan } from './query-plan.js';
import { forEachPortion, mapPortions, sliced, then, type Found, type Stream } from './record-stream.js';
import { idAtEnd } from './store-keys.js';
import { SortedRecords } from './sorted-records.js';

export interface Query {
  readonly filter: Filter;
  readonly sort?: KeyPattern | undefined;
  readonly skip?: number;
  /** 0: no limit. */
  readonly limit?: number;
  readonly hint?: unknown;
}

/** How many keys and documents a search read, for `explain`. */
export interface Effort {
  keysExamined: number;
  docsExamined: number;
}

export const docOf = ({ bytes }: { readonly bytes: Buffer }): Doc => decode(bytes);

export interface QueryRun {
  readonly records: Stream<Found>;
  readonly plan: Plan;
  /** Grows while the caller reads the records. */
  readonly effort: Effort;
}

/**
 * Finds the documents that match a query. The search sees the keys as they are when it starts. It reads each document
 * when it reaches it, and omits a document that no longer matches because it was changed meanwhile.
 */
export function runQuery(collection: Collection, query: Query): QueryRun {
  const { filter, sort, skip = 0, limit = 0, hint } = query;
  const plan = planQuery(collection, filter, sort, hint);
  const effort: Effort = { keysExamined: 0, docsExamined: 0 };
  const matches = isMatchAll(filter) ? () => true : compileForBytes(filter);
  // With a limit, the keys tell which documents need not be read.
  const keySort = sort && limit > 0 && !isInOrder(plan) && canSortKeys(plan, sort) ? sort : undefined;
  const found = findMatching(collection, plan, matches, effort, keySort);
  const isSorted = sort === undefined || isInOrder(plan) || keySort !== undefined;
  const ordered = isSorted
    ? found
    : new SortedRecords(collection, found, sort, limit > 0 ? skip + limit : Infinity, matches);
  return { records: sliced(ordered, skip, limit), plan, effort };
}

const isMatchAll = (filter: Filter): boolean => filter.kind === 'and' && filter.clauses.length === 0;
const isInOrder = (plan: Plan): boolean => plan.kind === 'indexScan' && plan.sorted !== 'no';

type Matches = (bytes: Buffer) => boolean;

function findMatching(
  collection: Collection,
  plan: Plan,
  matches: Matches,
  effort: Effort,
  keySort: KeyPattern | undefined,
): Stream<Found> {
  switch (plan.kind) {
    case 'collectionScan':
      return scanAll(collection, matches, effort);
    case 'indexScan': {
      const { index, isExact } = plan;
      const keys = countKeys(plan.index.isMultikey ? distinct(candidatesOf(plan)) : candidatesOf(plan), effort);
      const descending = keySort?.[0]?.descending ?? false;
      const candidates = keySort ? new SortedKeys(keys, index.pattern, descending) : keys;
      return mapPortions(candidates, (portion) =>
        portion.flatMap((candidate) => readMatch(collection, index, candidate, matches, isExact, effort)),
      );
    }
    case 'union': {
      const branches = plan.plans.map((branch) =>
        mapPortions(countKeys(candidatesOf(branch), effort), (portion) =>
          portion.map((candidate) => ({ ...candidate, index: branch.index })),
        ),
      );
      return mapPortions(distinct(concatenate(branches)), (portion) =>
        portion.flatMap((candidate) => readMatch(collection, candidate.index, candidate, matches, false, effort)),
      );
    }
  }
}

function countKeys(candidates: Stream<Candidate>, effort: Effort): Stream<Candidate> {
  return mapPortions(candidates, (portion) => {
    effort.keysExamined += portion.length;
    return portion;
  });
}

function concatenate<T>(streams: readonly Stream<T>[]): Stream<T> {
  let at = 0;
  const pull = (max: number): readonly T[] | Promise<readonly T[]> => {
    const current = streams[at];
    if (!current) return [];
    return then(current.pull(max), (portion) => {
      if (portion.length > 0) return portion;
      at++;
      return pull(max);
    });
  };
  return {
    pull,
    close: () => {
      for (const stream of streams) stream.close();
    },
  };
}

function distinct<T extends Candidate>(candidates: Stream<T>): Stream<T> {
  const seen = new Set<number>();
  return mapPortions(candidates, (portion) =>
    portion.filter(({ recordId }) => !seen.has(recordId) && seen.add(recordId)),
  );
}

function scanAll(collection: Collection, matches: Matches, effort: Effort): Stream<Found> {
  return mapPortions(collection.scan(), (entries) => {
    effort.docsExamined += entries.length;
    return entries.flatMap(({ key, value }) => {
      const recordId = idAtEnd(key);
      const bytes = collection.intactBytes(recordId, value);
      return matches(bytes) ? [{ recordId, bytes }] : [];
    });
  });
}

/**
 * Reads the document of an index entry, if it matches the query. Throws DamagedDataError if the document is missing or
 * does not belong to the entry.
 */
function readMatch(
  collection: Collection,
  index: CollectionIndex,
  { recordId, key }: Candidate,
  matches: Matches,
  isExact: boolean,
  effort: Effort,
): Found[] {
  const bytes = collection.read(recordId);
  effort.docsExamined++;
  const isUnderKey = bytes !== undefined && index.keysFor(collection.indexedFields(bytes, index)).keys.includes(key);
  if (!isUnderKey && !collection.isDropped && index.hasEntry(key, recordId)) {
    throw collection.damage(
      bytes
        ? `the index ${index.name} leads to document ${recordId}, which does not belong there`
        : `the index ${index.name} leads to document ${recordId}, which is missing`,
    );
  }
  if (!bytes) return [];
  // If the document left this key after the search started, its current content decides.
  return (isExact && isUnderKey) || matches(bytes) ? [{ recordId, bytes }] : [];
}

/** Counts the documents that match a query. Reads them only if an index cannot count them. */
export function countRecords(collection: Collection, query: Query): number | Promise<number> {
  const { filter, skip = 0, limit = 0, hint } = query;
  if (isMatchAll(filter) && hint === undefined) {
    const rest = Math.max(0, collection.size - skip);
    return limit > 0 ? Math.min(rest, limit) : rest;
  }
  const plan = planQuery(collection, filter, undefined, hint);
  const isExact = plan.kind === 'indexScan' && (plan.isExact || (isMatchAll(filter) && !plan.index.isMultikey));
  const hits: Stream<unknown> = isExact ? sliced(candidatesOf(plan), skip, limit) : runQuery(collection, query).records;
  let count = 0;
  return then(
    forEachPortion(hits, (portion) => {
      count += portion.length;
    }),
    () => count,
  );
}
