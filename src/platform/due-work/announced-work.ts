interface Announced<Item> {
  readonly id: string;
  readonly item: Item;
  readonly dueAt: number;
}

/**
 * What this process wrote itself and will be due soon, in the order of time: it need not be read again. Bounded in number
 * and in time; what does not fit is found in the database.
 */
export class AnnouncedWork<Item> {
  private entries: Announced<Item>[] = [];
  private readonly latest = new Map<string, Announced<Item>>();

  constructor(
    private readonly maxItems: number,
    /** How far ahead it looks, in ms. */
    private readonly horizonMs: number,
  ) {}

  /** Replaces what was announced of the same id before. */
  add(id: string, item: Item, dueAt: Date, now: Date): void {
    this.latest.delete(id);
    if (this.latest.size >= this.maxItems || dueAt.getTime() - now.getTime() > this.horizonMs) return;
    const entry = { id, item, dueAt: dueAt.getTime() };
    this.latest.set(id, entry);
    // Most come in the order in which they will be due.
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1]?.dueAt ?? 0) > entry.dueAt) place -= 1;
    this.entries.splice(place, 0, entry);
  }

  has(id: string): boolean {
    return this.latest.has(id);
  }

  /** Takes out what is due, the longest due first. */
  take(now: Date, limit: number): Item[] {
    const taken: Item[] = [];
    let count = 0;
    for (const entry of this.entries) {
      if (entry.dueAt > now.getTime() || taken.length === limit) break;
      count += 1;
      // Replaced or dropped since.
      if (this.latest.get(entry.id) !== entry) continue;
      this.latest.delete(entry.id);
      taken.push(entry.item);
    }
    this.entries.splice(0, count);
    return taken;
  }

  /** When the next is due; null if nothing is announced. */
  get nextDueAt(): Date | null {
    const [next] = this.entries;
    return next ? new Date(next.dueAt) : null;
  }
}
