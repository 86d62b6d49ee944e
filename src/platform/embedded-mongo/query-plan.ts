import { isDoc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CollectionIndex } from './collection-index.js';
import { demandsOf, type Conjunct, type Demands } from './conjuncts.js';
import type { Filter } from './filter.js';
import { implies, impliesExistence } from './implication.js';
import { allWith, boundsOf, intersection, type Interval } from './index-bounds.js';
import type { KeyField, KeyPattern } from './index-keys.js';
import { equalValues } from './key-string.js';
import { badValue } from './mongo-error.js';

/** How the server finds the documents of a query. */
export type Plan =
  { readonly kind: 'collectionScan' } | IndexPlan | { readonly kind: 'union'; readonly plans: readonly IndexPlan[] };

export interface IndexPlan {
  readonly kind: 'indexScan';
  readonly index: CollectionIndex;
  readonly ranges: readonly Range[];
  readonly reverse: boolean;
  /**
   * Whether the documents come in the order of the query's sort; `merge` if that requires reading all ranges in
   * parallel.
   */
  readonly sorted: 'no' | 'in sequence' | 'merge';
  /** Every document found satisfies the filter, so the documents need not be matched. */
  readonly isExact: boolean;
  /** How many fields of the index the filter fixes, and whether it bounds one more. */
  readonly points: number;
  readonly isBounded: boolean;
}

/** A range of keys to read in an index. */
export interface Range {
  readonly low: string;
  readonly high: string;
  /** How many leading characters of the keys are fixed. */
  readonly prefixLength: number;
}

/** If `$in` values give more combinations than this, only the leading fields are used. */
const MAX_RANGES = 2_000;
/** With more ranges than this, sorting the documents is cheaper than reading the ranges in parallel. */
const MAX_MERGED_RANGES = 200;

/** Plans how to find the documents that match `filter`, in the order of `sort` if an index provides it. */
export function planQuery(collection: Collection, filter: Filter, sort: KeyPattern | undefined, hint?: unknown): Plan {
  const demands = demandsOf(filter);
  if (hint !== undefined) return planWithHint(collection, demands, sort, hint);
  const best = bestIndexPlan(collection.indexes, demands, sort);
  if (best && best.points + Number(best.isBounded) > 0) return best;
  return planAlternatives(collection, demands) ?? best ?? { kind: 'collectionScan' };
}

function bestIndexPlan(
  indexes: readonly CollectionIndex[],
  demands: Demands,
  sort: KeyPattern | undefined,
): IndexPlan | undefined {
  let best: IndexPlan | undefined;
  for (const index of indexes) {
    const plan = planIndex(index, demands, sort);
    const isUseful =
      plan !== undefined &&
      (plan.points > 0 || plan.isBounded || plan.sorted !== 'no' || index.partialFilter !== undefined);
    if (isUseful && (!best || rank(plan) > rank(best))) best = plan;
  }
  return best;
}

/** Prefers more fixed fields, then a bound, then an index in the order of the sort, then a smaller index. */
function rank({ index, points, isBounded, sorted, ranges }: IndexPlan): number {
  const fixesUniqueKey = index.definition.unique && points === index.pattern.length && ranges.length === 1;
  return (
    (fixesUniqueKey ? 1_000 : 0) +
    points * 10 +
    (isBounded ? 4 : 0) +
    (sorted === 'no' ? 0 : 5) +
    (index.partialFilter ? 2 : 0) -
    index.pattern.length / 100
  );
}

function planWithHint(collection: Collection, demands: Demands, sort: KeyPattern | undefined, hint: unknown): Plan {
  if (isDoc(hint) && '$natural' in hint) return { kind: 'collectionScan' };
  const index = collection.indexes.find(({ name, definition }) =>
    typeof hint === 'string' ? name === hint : equalValues(definition.key, hint),
  );
  const plan = index && planIndex(index, demands, sort);
  if (!plan)
    throw badValue(
      'error processing query: planner returned error: hint provided does not correspond to an existing index, or to one that holds all that the query asks for',
    );
  return plan;
}

/** Plans a `$or` with an index for each alternative. */
function planAlternatives(collection: Collection, { conjuncts, alternatives }: Demands): Plan | undefined {
  for (const branches of alternatives) {
    const plans = branches.map((branch) => {
      const own = demandsOf(branch);
      const plan = bestIndexPlan(
        collection.indexes,
        { conjuncts: [...conjuncts, ...own.conjuncts], alternatives: [], isComplete: false },
        undefined,
      );
      return plan && plan.points + Number(plan.isBounded) > 0 ? plan : undefined;
    });
    if (plans.every((plan) => plan !== undefined)) return { kind: 'union', plans };
  }
  return undefined;
}

/** Plans a query with an index. Returns undefined if the index may not contain all matching documents. */
function planIndex(index: CollectionIndex, demands: Demands, sort: KeyPattern | undefined): IndexPlan | undefined {
  if (!holdsAll(index, demands.conjuncts)) return undefined;
  const { prefixes, last, constants, pointFields, used } = narrow(index, demands.conjuncts);
  const tails = last ?? [allWith('')];
  const ranges = prefixes.flatMap((prefix) =>
    tails.map(({ low, high }) => ({ low: prefix + low, high: prefix + high, prefixLength: prefix.length })),
  );
  const order =
    sort && isOrdered(index, sort) ? orderOf(index.pattern, pointFields, constants, sort, ranges.length) : undefined;
  return {
    kind: 'indexScan',
    index,
    ranges,
    reverse: order?.reverse ?? false,
    sorted: order?.sorted ?? 'no',
    isExact: demands.isComplete && !index.isMultikey && demands.conjuncts.every((conjunct) => used.has(conjunct)),
    points: pointFields,
    isBounded: last !== undefined,
  };
}

/** Arrays are sorted by their least or greatest element, which the keys do not show; an `_id` is no array. */
function isOrdered({ isMultikey }: CollectionIndex, sort: KeyPattern): boolean {
  return !isMultikey || sort.every(({ path }) => path === '_id');
}

function holdsAll({ partialFilter, definition, pattern }: CollectionIndex, conjuncts: readonly Conjunct[]): boolean {
  if (partialFilter) return implies(conjuncts, partialFilter);
  if (!definition.sparse) return true;
  return conjuncts.some(({ path, test }) => pattern.some((key) => key.path === path) && impliesExistence(test));
}

interface Narrowed {
  /** The fixed prefixes of the keys. */
  prefixes: string[];
  /** The bounds of the first field that is not fixed, if any. */
  last: readonly Interval[] | undefined;
  /** The fields with exactly one value. */
  constants: Set<string>;
  pointFields: number;
  /** The conditions that every key within the bounds satisfies. */
  used: Set<Conjunct>;
}

function narrow(index: CollectionIndex, conjuncts: readonly Conjunct[]): Narrowed {
  const result: Narrowed = { prefixes: [''], last: undefined, constants: new Set(), pointFields: 0, used: new Set() };
  const arrayRoots = new Set<string>();
  for (const key of index.pattern) {
    // If two fields belong to one array, different elements may satisfy the two conditions.
    const root = key.parts[0] ?? '';
    if (index.isMultikey && arrayRoots.has(root)) return result;
    const bounds = fieldBounds(key, conjuncts, index.isMultikey, result.used);
    if (!bounds) return result;
    arrayRoots.add(root);
    if (!bounds.every(({ isPoint }) => isPoint) || bounds.length * result.prefixes.length > MAX_RANGES) {
      result.last = bounds;
      return result;
    }
    if (bounds.length === 1) result.constants.add(key.path);
    result.prefixes = result.prefixes.flatMap((prefix) => bounds.map(({ low }) => prefix + low));
    result.pointFields++;
  }
  return result;
}

function fieldBounds(
  key: KeyField,
  conjuncts: readonly Conjunct[],
  isMultikey: boolean,
  used: Set<Conjunct>,
): readonly Interval[] | undefined {
  let intervals: readonly Interval[] | undefined;
  for (const conjunct of conjuncts) {
    if (conjunct.path !== key.path) continue;
    const bounds = boundsOf(conjunct.test, key.descending);
    if (!bounds) continue;
    if (intervals === undefined) intervals = bounds.intervals;
    // Different elements of an array may satisfy different conditions, so only one condition can bound the field.
    else if (!isMultikey) intervals = intersection(intervals, bounds.intervals);
    else if (estimateSize(bounds.intervals) < estimateSize(intervals)) intervals = bounds.intervals;
    if (bounds.isExact && conjunct.isWhole) used.add(conjunct);
  }
  return intervals;
}

/** Estimates the size of intervals: a point counts 1, a range more than any number of points. */
const estimateSize = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { isPoint }) => sum + (isPoint ? 1 : MAX_RANGES), 0);

/** Returns how reading the index gives the order of the sort, and the direction, or undefined if it does not. */
function orderOf(
  pattern: KeyPattern,
  pointFields: number,
  constants: ReadonlySet<string>,
  sort: KeyPattern,
  rangeCount: number,
): { sorted: 'in sequence' | 'merge'; reverse: boolean } | undefined {
  const wanted = sort.filter(({ path }) => !constants.has(path));
  const inSequence = direction(
    pattern.filter(({ path }) => !constants.has(path)),
    wanted,
  );
  if (inSequence) return { sorted: 'in sequence', reverse: inSequence === 'reverse' };
  if (rangeCount > MAX_MERGED_RANGES) return undefined;
  const merged = direction(pattern.slice(pointFields), wanted);
  return merged && { sorted: 'merge', reverse: merged === 'reverse' };
}

function direction(pattern: KeyPattern, wanted: KeyPattern): 'forward' | 'reverse' | undefined {
  if (wanted.some(({ path }, i) => pattern[i]?.path !== path)) return undefined;
  const turned = wanted.map(({ descending }, i) => descending !== pattern[i]?.descending);
  if (!turned.includes(true)) return 'forward';
  return turned.includes(false) ? undefined : 'reverse';
}
