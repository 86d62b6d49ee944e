/**
 * One kind of work that happens later, such as processing a payment or retrying a webhook. A feature registers it with
 * the DueWorkRunner. The document that the work belongs to has two fields:
 *
 * - `dueAt`: when the work is due, by the clock of the account;
 * - `leaseUntil`: until when only the holder of the lease may change the document, always in real time.
 */
export interface DueWork<Item> {
  /** The name that accounts see, for example `payment.processing`. */
  readonly name: string;
  /**
   * How long, in ms, other processes leave a due item to the process that wrote it, so that not all processes do the
   * same work. Work that takes leases needs none.
   */
  readonly graceMs: number;
  idOf(item: Item): string;
  /** Returns the items that were due at or before `until` and are not leased at `now`, the longest due first. */
  findDue(until: Date, now: Date, limit: number): Promise<readonly Item[]>;
  /**
   * Does the work of these items, on condition that they have not changed since they were read, as another process may
   * do the same work. If it throws for several items, the runner tries each of them alone.
   */
  run(items: readonly Item[], now: Date): Promise<void>;
  /** Postpones an item whose work failed. */
  postpone(item: Item, until: Date): Promise<void>;
  /** How many items are due at `now`, and when the oldest of them became due. */
  countDue(now: Date): Promise<DueCount>;
  /** How many items it can take now; unlimited if it is not given. */
  capacity?(): number;
}

export interface DueCount {
  readonly count: number;
  /** Null if nothing is due. */
  readonly oldest: Date | null;
}

/** A filter that leaves out leased documents. */
export function notLeasedAt(now: Date): { readonly leaseUntil: { readonly $not: { readonly $gt: Date } } } {
  return { leaseUntil: { $not: { $gt: now } } };
}
