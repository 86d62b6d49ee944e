/** A document that tells when it was stored: a fixed time before it is removed. */
export interface StoredDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly purgeAt: Date;
}

/** A place in the order in which documents were stored; documents that were stored at one time are ordered by id. */
export interface Place {
  readonly purgeAt: number;
  /** The last id before the place; empty if none of that time stands before it. */
  readonly id: string;
}

/** How long to wait before a read that failed is tried again, in ms. */
const RETRY_MS = 1_000;

/** How many pages of ids a reader remembers, so that it gives nothing twice. */
const REMEMBERED_PAGES = 4;

interface Options<T> {
  /** Where to begin; null for what is stored from now on. */
  readonly from: Place | null;
  /** How many documents one read gives, and how many may wait in memory. */
  readonly pageSize: number;
  readonly matches: (document: T) => boolean;
  /** The documents that were stored after a place, in order. */
  readonly read: (after: Place, limit: number) => Promise<readonly T[]>;
  readonly onClose: () => void;
}

/**
 * Gives the documents of a feed one page after the other, as fast as they are taken. At most a page waits in memory: if
 * more is stored than is taken, the reader forgets what waits and reads it from the database later.
 */
export class FeedReader<T extends StoredDocument> {
  /** Documents that were not taken yet; only while the reader does not read from the database. */
  private waiting: T[] = [];
  /** From where to read the database; null if all that is not taken waits in memory. */
  private place: Place | null;
  /** The earliest place of what arrived since the latest read began: that read may have missed it. */
  private arrived: Place | null = null;
  private readonly given = new Set<string>();
  private isClosed = false;
  private wake: () => void = () => undefined;

  constructor(private readonly options: Options<T>) {
    this.place = options.from;
  }

  /** Takes a document that was stored. */
  add(document: T): void {
    if (this.isClosed || this.given.has(document._id) || !this.options.matches(document)) return;
    if (this.place !== null) this.arrived = earliest(this.arrived, placeBefore(document));
    else if (this.waiting.length < this.options.pageSize) this.waiting.push(document);
    else {
      this.place = [...this.waiting, document].map(placeBefore).reduce((one, other) => earliest(one, other));
      this.waiting = [];
    }
    this.wake();
  }

  /**
   * The next documents, at least one; none if none came within `waitMs`; null once the reader is closed. Call it again
   * only when it has resolved.
   */
  async next(waitMs: number): Promise<readonly T[] | null> {
    const until = Date.now() + waitMs;
    for (;;) {
      if (this.isClosed) return null;
      const documents = this.place === null ? this.takeWaiting() : await this.readFrom(this.place);
      const left = until - Date.now();
      if (documents.length > 0 || left <= 0) return documents;
      if (this.place === null && this.waiting.length === 0) await this.sleep(left);
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.waiting = [];
    this.wake();
    this.options.onClose();
  }

  private get hasArrivals(): boolean {
    return this.arrived !== null;
  }

  private takeWaiting(): readonly T[] {
    const taken = this.waiting;
    this.waiting = [];
    this.remember(taken);
    return taken;
  }

  private async readFrom(place: Place): Promise<readonly T[]> {
    const { pageSize, matches, read } = this.options;
    const from = earliest(this.arrived, place);
    this.arrived = null;
    let page: readonly T[];
    try {
      page = await read(from, pageSize);
    } catch {
      // Whoever reads for all readers reports it. Nothing is lost: this reader goes on from the same place.
      this.place = from;
      await this.sleep(RETRY_MS);
      return [];
    }
    const last = page.at(-1);
    // What arrived during the read may be before its end and not in it: then the next read begins there.
    const isAtEnd = page.length < pageSize && !this.hasArrivals;
    this.place = isAtEnd ? null : last ? { purgeAt: last.purgeAt.getTime(), id: last._id } : from;
    const fresh = page.filter((document) => matches(document) && !this.given.has(document._id));
    this.remember(fresh);
    return fresh;
  }

  private remember(documents: readonly T[]): void {
    for (const { _id } of documents) this.given.add(_id);
    let excess = this.given.size - REMEMBERED_PAGES * this.options.pageSize;
    for (const id of this.given) {
      if (excess <= 0) return;
      this.given.delete(id);
      excess -= 1;
    }
  }

  private async sleep(ms: number): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }
}

function placeBefore({ purgeAt }: StoredDocument): Place {
  return { purgeAt: purgeAt.getTime(), id: '' };
}

function earliest(one: Place | null, other: Place): Place {
  if (one === null) return other;
  return one.purgeAt < other.purgeAt || (one.purgeAt === other.purgeAt && one.id <= other.id) ? one : other;
}
