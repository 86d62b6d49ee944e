import type { Collection } from './collection.js';
import { FieldReader } from './field-reader.js';
import type { KeyPattern } from './index-keys.js';
import { forEachPortion, then, type Found, type Stream } from './record-stream.js';
import { sortByKey, sortKey } from './sort.js';

interface Sortable {
  readonly recordId: number;
  readonly key: string;
  /** The document, if memory allows; otherwise it is read again. */
  readonly bytes: Buffer | undefined;
}

const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** With a limit, the sort drops the documents beyond it whenever it has gathered this many more. */
const SPARE = 1_000;

/** Sorts the found documents. Keeps at most MAX_HELD_BYTES of documents in memory, and only the keys of the others. */
export class SortedRecords implements Stream<Found> {
  private readonly reader: FieldReader;
  private gathered: Sortable[] = [];
  private heldBytes = 0;
  private at = 0;
  private isSorted = false;

  constructor(
    private readonly collection: Collection,
    private readonly found: Stream<Found>,
    private readonly pattern: KeyPattern,
    /** How many documents are wanted, from the first. */
    private readonly wanted: number,
    private readonly matches: (bytes: Buffer) => boolean,
  ) {
    this.reader = new FieldReader(pattern.map(({ parts }) => parts[0] ?? ''));
  }

  pull(max: number): readonly Found[] | Promise<readonly Found[]> {
    if (this.isSorted) return this.next(max);
    const gathering = forEachPortion(this.found, (portion) => {
      for (const found of portion) this.add(found);
    });
    return then(gathering, () => {
      this.sort();
      this.isSorted = true;
      return this.next(max);
    });
  }

  private add({ recordId, bytes }: Found): void {
    const isHeld = this.heldBytes + bytes.length <= MAX_HELD_BYTES;
    if (isHeld) this.heldBytes += bytes.length;
    this.gathered.push({
      recordId,
      key: sortKey(this.reader.read(bytes), this.pattern),
      bytes: isHeld ? bytes : undefined,
    });
    if (this.gathered.length >= 2 * this.wanted + SPARE) this.sort();
  }

  private sort(): void {
    const sorted = sortByKey(this.gathered, ({ key }) => key);
    this.gathered = sorted.length > this.wanted ? sorted.slice(0, this.wanted) : sorted;
    this.heldBytes = this.gathered.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  private next(max: number): readonly Found[] {
    const found: Found[] = [];
    while (found.length < max && this.at < this.gathered.length) {
      const record = this.gathered[this.at++];
      const bytes = record && (record.bytes ?? this.readAgain(record.recordId));
      if (record && bytes) found.push({ recordId: record.recordId, bytes });
    }
    return found;
  }

  private readAgain(recordId: number): Buffer | undefined {
    const bytes = this.collection.read(recordId);
    return bytes && this.matches(bytes) ? bytes : undefined;
  }

  close(): void {
    this.gathered = [];
    this.found.close();
  }
}
