interface Announced<Item> {
  readonly id: string;
  readonly item: Item;
  readonly dueAt: number;
}

/**
 * Items that this process wrote itself and that are due soon, in the order of due times, so it need not read them from
 * the database. Limited in number and time; the scan of the database finds the items that do not fit.
 */
export class AnnouncedWork<Item> {
  private entries: Announced<Item>[] = [];
  private readonly latest = new Map<string, Announced<Item>>();

  constructor(
    private readonly maxItems: number,
    /** How far ahead it looks, in ms. */
    private readonly horizonMs: number,
  ) {}

  /** Replaces an earlier announcement of the same id. */
  add(id: string, item: Item, dueAt: Date, now: Date): void {
    this.latest.delete(id);
    if (this.latest.size >= this.maxItems || dueAt.getTime() - now.getTime() > this.horizonMs) return;
    const entry = { id, item, dueAt: dueAt.getTime() };
    this.latest.set(id, entry);
    // Searches from the end, because most items arrive in the order of their due times.
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1]?.dueAt ?? 0) > entry.dueAt) place -= 1;
    this.entries.splice(place, 0, entry);
  }

  has(id: string): boolean {
    return this.latest.has(id);
  }

  /** Removes and returns the due items, the longest due first. */
  take(now: Date, limit: number): Item[] {
    const taken: Item[] = [];
    let count = 0;
    for (const entry of this.entries) {
      if (entry.dueAt > now.getTime() || taken.length === limit) break;
      count += 1;
      // A later announcement replaced or dropped this entry.
      if (this.latest.get(entry.id) !== entry) continue;
      this.latest.delete(entry.id);
      taken.push(entry.item);
    }
    this.entries.splice(0, count);
    return taken;
  }

  /** When the next item is due; null if nothing is announced. */
  get nextDueAt(): Date | null {
    const [next] = this.entries;
    return next ? new Date(next.dueAt) : null;
  }
}
