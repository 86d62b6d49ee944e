/**
 * One kind of work that happens later, such as processing a payment or retrying a webhook. A feature registers it with
 * the DueWorkRunner. The document that the work belongs to has these fields:
 *
 * - `dueAt`: when the work is due, by the clock of the account;
 * - `clockId`: the virtual clock that `dueAt` goes by; not set for the real time;
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
  /** How often the database is searched for work that other processes or a crash left, in ms; 500 if it is not given. */
  readonly searchEveryMs?: number;
  idOf(item: Item): string;
  /** Returns the items that are due and not leased, the longest due first. */
  findDue(query: DueQuery): Promise<readonly Item[]>;
  /**
   * When the next item is due by a virtual clock, leased or not; null if none is. Not given for work that is always
   * due in real time.
   */
  nextDueAt?(clockId: string, except: readonly string[]): Promise<Date | null>;
  /**
   * Up to which time, `until` at most, a virtual clock may go at once: all work of this kind that is due until then is
   * done without anybody outside being told of it. Null if there is no such work.
   */
  quietUntil?(clockId: string, until: Date): Promise<Date | null>;
  /** When an item was due. */
  dueAtOf(item: Item): Date;
  /**
   * Does the work of these items, on condition that they have not changed since they were read, as another process may
   * do the same work. If it throws for several items, the runner tries each of them alone. Work of a virtual clock is
   * done at the time when it was due, and this resolves only when all is done; it says which items were not.
   */
  run(items: readonly Item[], now: Date, notDone: OnNotDone<Item>): Promise<void>;
  /** Postpones an item whose work failed. */
  postpone(item: Item, until: Date): Promise<void>;
  /** How many items are due at `now` in real time, and when the oldest of them became due. */
  countDue(now: Date): Promise<DueCount>;
  /** How many items it can take now; unlimited if it is not given. */
  capacity?(): number;
}

/** Called for an item that was not done: it failed, or, without an error, was put off to another time. */
export type OnNotDone<Item> = (item: Item, error?: unknown) => void;

/** Which due items a runner asks for. */
export interface DueQuery {
  /** The virtual clock that they are due by; null for the real time. */
  readonly clockId: string | null;
  /** By that clock: they were due then or before. */
  readonly until: Date;
  /** Real time: they are not leased then. */
  readonly now: Date;
  readonly limit: number;
  /** The ids of items that are left out. */
  readonly except?: readonly string[];
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

/** A filter that leaves out documents by id. */
export function notOneOf(ids: readonly string[] = []): { readonly _id?: { readonly $nin: string[] } } {
  return ids.length === 0 ? {} : { _id: { $nin: [...ids] } };
}
