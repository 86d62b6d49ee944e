import type { Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import { decode } from './document.js';
import { FieldReader } from './field-reader.js';
import type { Filter } from './filter.js';
import type { KeyPattern } from './index-keys.js';
import { compileForBytes } from './matcher.js';
import { planQuery, type IndexPlan, type Plan } from './query-plan.js';
import { sortByKey, sortKey } from './sort.js';
import type { StoredRecord } from './stored-record.js';

export interface Query {
  readonly filter: Filter;
  readonly sort?: KeyPattern | undefined;
  readonly skip?: number;
  /** 0 is no limit. */
  readonly limit?: number;
  readonly hint?: unknown;
}

/** What finding took, for `explain`. */
export interface Effort {
  keysExamined: number;
  docsExamined: number;
}

export const docOf = ({ bytes }: { readonly bytes: Buffer }): Doc => decode(bytes);

export interface QueryResult {
  readonly records: readonly StoredRecord[];
  readonly plan: Plan;
  readonly effort: Effort;
}

/** Finds what satisfies a query. It all happens at once, so nothing changes meanwhile. */
export function runQuery(collection: Collection, { filter, sort, skip = 0, limit = 0, hint }: Query): QueryResult {
  const plan = planQuery(collection, filter, sort, hint);
  const effort: Effort = { keysExamined: 0, docsExamined: 0 };
  const isSorted = sort === undefined || (plan.kind === 'indexScan' && plan.sorted !== 'no');
  const wanted = isSorted && limit > 0 ? skip + limit : Infinity;
  const found: StoredRecord[] = [];
  for (const record of matching(collection, plan, filter, effort)) {
    found.push(record);
    if (found.length >= wanted) break;
  }
  const ordered = isSorted ? found : sorted(found, sort);
  const records = skip > 0 || limit > 0 ? ordered.slice(skip, limit > 0 ? skip + limit : undefined) : ordered;
  return { records, plan, effort };
}

function sorted(records: readonly StoredRecord[], sort: KeyPattern): StoredRecord[] {
  const reader = new FieldReader(sort.map(({ parts }) => parts[0] ?? ''));
  return sortByKey(records, ({ bytes }) => sortKey(reader.read(bytes), sort));
}

function* matching(collection: Collection, plan: Plan, filter: Filter, effort: Effort): Generator<StoredRecord> {
  const isMatchAll = filter.kind === 'and' && filter.clauses.length === 0;
  const matches = isMatchAll || (plan.kind === 'indexScan' && plan.isExact) ? () => true : compileForBytes(filter);
  for (const record of recordsOf(collection, plan, effort)) {
    effort.docsExamined++;
    if (matches(record.bytes)) yield record;
  }
}

function* recordsOf(collection: Collection, plan: Plan, effort: Effort): Generator<StoredRecord> {
  switch (plan.kind) {
    case 'collectionScan':
      yield* collection.records.values();
      return;
    case 'indexScan':
      yield* plan.index.isMultikey ? distinct(scanIndex(plan, effort)) : scanIndex(plan, effort);
      return;
    case 'union':
      yield* distinct(plan.plans.flatMap((branch) => [...scanIndex(branch, effort)]));
  }
}

function* distinct(records: Iterable<StoredRecord>): Generator<StoredRecord> {
  const seen = new Set<StoredRecord>();
  for (const record of records) {
    if (seen.has(record)) continue;
    seen.add(record);
    yield record;
  }
}

function* scanIndex(plan: IndexPlan, effort: Effort): Generator<StoredRecord> {
  const entries = plan.sorted === 'merge' ? mergedEntries(plan) : entriesInSequence(plan);
  for (const [, record] of entries) {
    effort.keysExamined++;
    yield record;
  }
}

type Entries = Generator<[string, StoredRecord]>;

function* entriesInSequence({ index, ranges, reverse }: IndexPlan): Entries {
  for (const { low, high } of reverse ? [...ranges].reverse() : ranges) yield* index.scan(low, high, reverse);
}

/** Reads all ranges side by side, in the order of what follows their fixed parts. */
function* mergedEntries({ index, ranges, reverse }: IndexPlan): Entries {
  const heads = ranges.flatMap(({ low, high, prefixLength }) => {
    const entries = index.scan(low, high, reverse);
    const first = entries.next();
    return first.done ? [] : [{ entries, entry: first.value, rest: first.value[0].slice(prefixLength), prefixLength }];
  });
  while (heads.length > 0) {
    const next = heads.reduce((best, head) => ((reverse ? head.rest > best.rest : head.rest < best.rest) ? head : best));
    yield next.entry;
    const following = next.entries.next();
    if (following.done) {
      heads.splice(heads.indexOf(next), 1);
    } else {
      next.entry = following.value;
      next.rest = following.value[0].slice(next.prefixLength);
    }
  }
}
