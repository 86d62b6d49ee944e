/**
 * One kind of work that happens later: a payment is processed, a webhook is tried again. A feature registers it with the
 * DueWorkRunner. What is due stands in the database, on the document that it belongs to, in two fields:
 *
 * - `dueAt`, by the clock of the account: when the work is due;
 * - `leaseUntil`, always real time: nobody but the holder of the lease touches the document before.
 */
export interface DueWork<Item> {
  /** What an account sees of it, for example `payment.processing`. */
  readonly name: string;
  /**
   * How long, in ms, an item that is due is left to the process that wrote it, before others look for it. It saves that all
   * processes do the same work; a lease makes it unnecessary.
   */
  readonly graceMs: number;
  idOf(item: Item): string;
  /** What was due at or before `until` and is not leased at `now`, the longest due first. */
  findDue(until: Date, now: Date, limit: number): Promise<readonly Item[]>;
  /**
   * Does the work of these items. It is conditional on what was read, since another process may do the same. Where it throws
   * for several items, each of them is tried alone.
   */
  run(items: readonly Item[], now: Date): Promise<void>;
  /** Leaves an item alone until then, because its work failed. */
  postpone(item: Item, until: Date): Promise<void>;
  /** How many items are due at `now`, and since when the longest. */
  countDue(now: Date): Promise<DueCount>;
  /** How many items it can take on now; without limit where it is not given. */
  capacity?(): number;
}

export interface DueCount {
  readonly count: number;
  /** Null where none is due. */
  readonly oldest: Date | null;
}

/** The filter that leaves out what somebody holds a lease on. */
export function notLeasedAt(now: Date): { readonly leaseUntil: { readonly $not: { readonly $gt: Date } } } {
  return { leaseUntil: { $not: { $gt: now } } };
}
