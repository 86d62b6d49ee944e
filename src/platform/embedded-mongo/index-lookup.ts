import type { CollectionIndex, LookUp } from './collection-index.js';
import type { IndexPlan } from './query-plan.js';
import { mapPortions, then, type Stream } from './record-stream.js';
import type { Entry, Scan } from './scan.js';

/** A record found in an index. */
export interface Candidate {
  readonly recordId: number;
  readonly key: string;
}

/** Finds the index entries in the ranges of a plan, in the order of the plan. */
export function candidatesOf(plan: IndexPlan): Stream<Candidate> {
  if (plan.sorted === 'merge') return new MergedScans(plan);
  if (plan.points === plan.index.pattern.length) return lookUpPoints(plan);
  return scanRanges(plan.index, plan.ranges, plan.reverse);
}

type Ranges = IndexPlan['ranges'];

function scanRanges(index: CollectionIndex, ranges: Ranges, reverse: boolean): Stream<Candidate> {
  if (ranges.length === 0) return { pull: () => [], close: () => undefined };
  const scan = index.scan(reverse ? [...ranges].reverse() : ranges, reverse);
  return mapPortions(scan, (entries) => entries.map((entry) => index.readEntry(entry)));
}

/** Looks up keys whose fields are all fixed, so that each range is one key. */
function lookUpPoints({ index, ranges, reverse, sorted }: IndexPlan): Stream<Candidate> {
  const ordered = reverse ? [...ranges].reverse() : ranges;
  if (index.isUnique) return knownPoints(index, ordered);
  const unknown = ordered.filter(({ low }) => index.recordsOf(low) === undefined);
  if (unknown.length === 0) return knownPoints(index, ordered);
  if (unknown.length > MAX_SEARCHED_KEYS || (sorted !== 'no' && ranges.length > 1))
    return scanRanges(index, ranges, reverse);
  const known = knownPoints(
    index,
    ordered.filter((range) => !unknown.includes(range)),
  );
  return concatenated(known, new SearchedPoints(index, reverse ? [...unknown].reverse() : unknown, reverse));
}

const MAX_SEARCHED_KEYS = 256;
const MAX_KEPT_RECORDS = 64;

function knownPoints(index: CollectionIndex, ranges: Ranges): Stream<Candidate> {
  let at = 0;
  // A key has several records here only if the index has cached them.
  let rest: Candidate[] = [];
  return {
    pull: (max) => {
      const found = rest;
      while (found.length < max) {
        const range = ranges[at++];
        if (!range) break;
        for (const recordId of index.recordsOf(range.low) ?? []) found.push({ recordId, key: range.low });
      }
      rest = found.splice(max);
      return found;
    },
    close: () => undefined,
  };
}

/** Searches for keys, and caches the records of each in the index. */
class SearchedPoints implements Stream<Candidate> {
  private readonly found: Stream<Candidate>;
  private readonly records = new Map<string, number[]>();
  private readonly lookUps: readonly LookUp[];
  private isOpen = true;

  constructor(
    private readonly index: CollectionIndex,
    ranges: Ranges,
    reverse: boolean,
  ) {
    this.lookUps = ranges.map(({ low }) => index.startLookUp(low));
    this.found = scanRanges(index, ranges, reverse);
  }

  pull(max: number): readonly Candidate[] | Promise<readonly Candidate[]> {
    return then(this.found.pull(max), (portion) => {
      for (const { key, recordId } of portion) {
        const records = this.records.get(key);
        if (!records) this.records.set(key, [recordId]);
        else if (records.length <= MAX_KEPT_RECORDS) records.push(recordId);
      }
      if (portion.length === 0) this.end(true);
      return portion;
    });
  }

  private end(isComplete: boolean): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const lookUp of this.lookUps) {
      const records = this.records.get(lookUp.key) ?? [];
      this.index.endLookUp(lookUp, isComplete && records.length <= MAX_KEPT_RECORDS ? records : undefined);
    }
  }

  close(): void {
    this.end(false);
    this.found.close();
  }
}

function concatenated<T>(first: Stream<T>, second: Stream<T>): Stream<T> {
  return {
    pull: (max) => then(first.pull(max), (portion) => (portion.length > 0 ? portion : second.pull(max))),
    close: () => {
      first.close();
      second.close();
    },
  };
}

interface Head {
  readonly scan: Scan;
  readonly prefixLength: number;
  entries: readonly Entry[];
  at: number;
}

const HEAD_PORTION = 32;

/** Reads all ranges of a plan in parallel, and merges them in the order of the part after their fixed prefixes. */
class MergedScans implements Stream<Candidate> {
  private readonly heads: Head[];
  private isStarted = false;

  constructor(private readonly plan: IndexPlan) {
    this.heads = plan.ranges.map((range) => ({
      scan: plan.index.scan([range], plan.reverse),
      prefixLength: range.prefixLength,
      entries: [],
      at: 0,
    }));
  }

  async pull(max: number): Promise<readonly Candidate[]> {
    if (!this.isStarted) await Promise.all([...this.heads].map((head) => this.fill(head)));
    this.isStarted = true;
    const found: Candidate[] = [];
    while (found.length < max && this.heads.length > 0) {
      const head = this.next();
      const entry = head.entries[head.at++];
      if (entry) found.push(this.plan.index.readEntry(entry));
      if (head.at >= head.entries.length) await this.fill(head);
    }
    return found;
  }

  private async fill(head: Head): Promise<void> {
    head.entries = await head.scan.pull(HEAD_PORTION);
    head.at = 0;
    if (head.entries.length > 0) return;
    head.scan.close();
    this.heads.splice(this.heads.indexOf(head), 1);
  }

  private next(): Head {
    const rest = ({ entries, at, prefixLength }: Head): string => entries[at]?.key.slice(prefixLength) ?? '';
    return this.heads.reduce((best, head) =>
      (this.plan.reverse ? rest(head) > rest(best) : rest(head) < rest(best)) ? head : best,
    );
  }

  close(): void {
    for (const { scan } of this.heads) scan.close();
  }
}
