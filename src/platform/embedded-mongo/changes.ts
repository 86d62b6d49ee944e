/** The new value of a key, or null if the key was removed. */
export type Changed = Buffer | null;

/** The changes of one group, kept until they are on the disk. */
export class Changes {
  private readonly spaces = new Map<string, SpaceChanges>();

  set(space: string, key: string, value: Changed): void {
    let changes = this.spaces.get(space);
    if (!changes) this.spaces.set(space, (changes = new SpaceChanges()));
    changes.set(key, value);
  }

  /** Returns undefined if this group did not change the key. */
  get(space: string, key: string): Changed | undefined {
    return this.spaces.get(space)?.values.get(key);
  }

  /** The changed keys from `low` (inclusive) to `high` (exclusive), in order. */
  keysBetween(space: string, low: string, high: string): readonly string[] {
    return this.spaces.get(space)?.keysBetween(low, high) ?? [];
  }

  get isEmpty(): boolean {
    return this.spaces.size === 0;
  }

  *[Symbol.iterator](): Generator<[space: string, key: string, value: Changed], undefined> {
    for (const [space, { values }] of this.spaces) for (const [key, value] of values) yield [space, key, value];
  }
}

class SpaceChanges {
  readonly values = new Map<string, Changed>();
  /** The sorted keys; created when a range is read, and reused until a new key is added. */
  private sorted: readonly string[] | undefined;

  set(key: string, value: Changed): void {
    if (this.sorted && !this.values.has(key)) this.sorted = undefined;
    this.values.set(key, value);
  }

  keysBetween(low: string, high: string): readonly string[] {
    this.sorted ??= [...this.values.keys()].sort();
    return this.sorted.slice(firstNotBelow(this.sorted, low), firstNotBelow(this.sorted, high));
  }
}

function firstNotBelow(sorted: readonly string[], limit: string): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? '') < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
