interface Slot<T> {
  readonly value: T;
  readonly bytes: number;
}

/**
 * Caches recently used values, up to `maxBytes`. Keeps two generations, and drops the old one when the young one is
 * full. That is much cheaper than finding the least recently used value each time.
 */
export class Lru<T> {
  private young = new Map<string, Slot<T>>();
  private old = new Map<string, Slot<T>>();
  private youngBytes = 0;

  constructor(private readonly maxBytes: number) {}

  has(key: string): boolean {
    return this.young.has(key) || this.old.has(key);
  }

  get(key: string): T | undefined {
    const slot = this.young.get(key);
    if (slot) return slot.value;
    const older = this.old.get(key);
    if (older) this.set(key, older.value, older.bytes);
    return older?.value;
  }

  set(key: string, value: T, bytes: number): void {
    this.delete(key);
    if (this.youngBytes + bytes > this.maxBytes / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = 0;
    }
    this.young.set(key, { value, bytes });
    this.youngBytes += bytes;
  }

  delete(key: string): void {
    this.youngBytes -= this.young.get(key)?.bytes ?? 0;
    this.young.delete(key);
    this.old.delete(key);
  }
}
