import type { Candidate } from './index-lookup.js';
import type { KeyPattern } from './index-keys.js';
import { endOfValue } from './key-string.js';
import type { IndexPlan, Plan } from './query-plan.js';
import { forEachPortion, then, type Stream } from './record-stream.js';

/** Whether a sort is by the last field of a plan's index, so that the keys can be sorted before documents are read. */
export function canSortKeys(plan: Plan, sort: KeyPattern): plan is IndexPlan {
  // Only an `_id` is never an array, of which a key has a single element.
  const [only, ...more] = sort;
  return (
    plan.kind === 'indexScan' && only?.path === '_id' && more.length === 0 && plan.index.pattern.at(-1)?.path === '_id'
  );
}

/** Sorts the keys that were found by their last field. Keeps all of them in memory, and no document. */
export class SortedKeys implements Stream<Candidate> {
  private gathered: { readonly candidate: Candidate; readonly last: string }[] = [];
  private at = 0;
  private isSorted = false;

  constructor(
    private readonly found: Stream<Candidate>,
    private readonly pattern: KeyPattern,
    private readonly descending: boolean,
  ) {}

  pull(max: number): readonly Candidate[] | Promise<readonly Candidate[]> {
    if (this.isSorted) return this.next(max);
    const gathering = forEachPortion(this.found, (portion) => {
      for (const candidate of portion) this.gathered.push({ candidate, last: this.lastOf(candidate.key) });
    });
    return then(gathering, () => {
      const isReverse = this.descending !== this.pattern.at(-1)?.descending;
      this.gathered.sort((a, b) => (a.last === b.last ? 0 : a.last < b.last !== isReverse ? -1 : 1));
      this.isSorted = true;
      return this.next(max);
    });
  }

  private lastOf(key: string): string {
    let at = 0;
    for (const { descending } of this.pattern.slice(0, -1)) at = endOfValue(key, at, descending);
    return key.slice(at);
  }

  private next(max: number): readonly Candidate[] {
    const portion = this.gathered.slice(this.at, this.at + max).map(({ candidate }) => candidate);
    this.at += portion.length;
    return portion;
  }

  close(): void {
    this.gathered = [];
    this.found.close();
  }
}
