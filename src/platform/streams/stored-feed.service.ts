import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Model, QueryFilter } from 'mongoose';
import { timeOf } from '../common/ids.js';
import { batched } from '../database/batched.js';
import { BackgroundWorker } from '../due-work/background-worker.js';
import { worldOf } from '../worlds/world-ids.js';
import { FEED_INDEX } from './feed-index.js';
import { FeedReader, type Place, type StoredDocument } from './feed-reader.js';

/** How often the feed looks for what other processes have stored, in ms. */
const LOOK_EVERY_MS = 500;

/** How far each look reaches back, in ms. */
const OVERLAP_MS = 5_000;

/** How many ids of one account the feed remembers; beyond that it may give something twice. */
const MAX_SEEN = 20_000;

/** What a reader wants of an account. */
export interface Wanted<T> {
  /** The public id after which it begins; null for what is stored from now on. */
  readonly after: string | null;
  /** The same condition as `matches`, for the database, or a weaker one. */
  readonly filter: QueryFilter<T>;
  readonly matches: (document: T) => boolean;
}

interface Followed<T extends StoredDocument> {
  /** What this feed has given already, and when it was stored. */
  readonly seen: Map<string, number>;
  readonly readers: Set<FeedReader<T>>;
  /** How many readers there are, and how many there are about to be. */
  count: number;
}

/**
 * Follows what is stored in a collection for an account, in the order in which it is stored: at once if this process
 * stores it, within a second if another one does. Not ids but the times of storing say what is new: an event can be
 * stored long after it happened, and in a sandbox many have one time. So a virtual clock changes nothing, on one process
 * or on several. On several processes, nothing is missed if their clocks differ by less than the overlap, minus the time
 * that a write takes.
 *
 * One look every half a second serves all accounts that have a reader; without readers there are no looks.
 */
export abstract class StoredFeed<T extends StoredDocument> implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly followed = new Map<string, Followed<T>>();
  /** When the latest look that succeeded began. */
  private lookedAt: number | null = null;
  private readonly look = batched(async (asked: readonly true[]) => {
    await this.giveUnseen();
    return asked.map(() => undefined);
  });
  private readonly worker: BackgroundWorker;

  /**
   * @param keptMs how long a document is kept
   * @param pageSize how many documents a reader holds in memory at most
   */
  protected constructor(
    private readonly model: Model<T>,
    private readonly keptMs: number,
    private readonly pageSize: number,
  ) {
    const logger = new Logger(this.constructor.name);
    this.worker = new BackgroundWorker(
      `feed of ${model.modelName}`,
      async () => {
        await this.look(true);
        return null;
      },
      LOOK_EVERY_MS,
      (error) => {
        logger.warn(error);
      },
    );
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  /** Call it with all that this process has stored. */
  note(documents: readonly T[]): void {
    if (this.followed.size === 0) return;
    for (const document of documents) this.give(document);
  }

  /**
   * Reads what is stored for an account from now on; with `after`, also what was stored before: from a few seconds
   * before that document on. If there is none with that id, from its time on; in a sandbox, whose time is its own, from
   * the beginning.
   */
  async follow(accountId: string, { after, filter, matches }: Wanted<T>): Promise<FeedReader<T>> {
    const followed = this.join(accountId);
    try {
      const from = after === null ? null : await this.placeBefore(accountId, after);
      // What is stored until now is seen before the reader joins, so it gets only what comes later.
      await this.look(true);
      const reader = new FeedReader<T>({
        from,
        pageSize: this.pageSize,
        matches,
        read: (place, limit) => this.read({ ...filter, accountId }, place, limit),
        onClose: () => {
          followed.readers.delete(reader);
          this.leave(accountId, followed);
        },
      });
      followed.readers.add(reader);
      return reader;
    } catch (error) {
      this.leave(accountId, followed);
      throw error;
    }
  }

  /** The document with this public id, or with this id in it; null if there is none. */
  protected abstract find(accountId: string, id: string): Promise<T | null>;

  private join(accountId: string): Followed<T> {
    const followed = this.followed.get(accountId) ?? { seen: new Map(), readers: new Set(), count: 0 };
    followed.count += 1;
    this.followed.set(accountId, followed);
    return followed;
  }

  private leave(accountId: string, followed: Followed<T>): void {
    followed.count -= 1;
    if (followed.count > 0) return;
    this.followed.delete(accountId);
    if (this.followed.size === 0) this.lookedAt = null;
  }

  private async placeBefore(accountId: string, id: string): Promise<Place> {
    const document = await this.find(accountId, id);
    if (document) return { purgeAt: document.purgeAt.getTime() - OVERLAP_MS, id: '' };
    if (worldOf(accountId) !== '') return { purgeAt: 0, id: '' };
    return { purgeAt: timeOf(id).getTime() + this.keptMs - OVERLAP_MS, id: '' };
  }

  /** Gives what was stored lately and not given yet. */
  private async giveUnseen(): Promise<void> {
    if (this.followed.size === 0) return;
    const began = Date.now();
    const since = (this.lookedAt ?? began) - OVERLAP_MS + this.keptMs;
    const recent = await this.model
      .find({ accountId: { $in: [...this.followed.keys()] }, purgeAt: { $gte: new Date(since) } } as QueryFilter<T>, {
        accountId: 1,
        purgeAt: 1,
      })
      .hint(FEED_INDEX)
      .lean<StoredDocument[]>();
    const unseen = recent.filter(({ _id, accountId, purgeAt }) => this.isWanted(accountId, _id, purgeAt));
    if (unseen.length > 0) {
      const found = await this.model.find({ _id: { $in: unseen.map(({ _id }) => _id) } } as QueryFilter<T>).lean<T[]>();
      for (const document of found.sort(byStorage)) this.give(document);
    }
    this.lookedAt = began;
    for (const { seen } of this.followed.values())
      for (const [id, purgeAt] of seen) if (purgeAt < since) seen.delete(id);
  }

  /** Whether a reader has not got it yet. If there is no reader yet, it counts as seen. */
  private isWanted(accountId: string, id: string, purgeAt: Date): boolean {
    const followed = this.followed.get(accountId);
    if (!followed || followed.seen.has(id)) return false;
    if (followed.readers.size > 0) return true;
    followed.seen.set(id, purgeAt.getTime());
    return false;
  }

  private give(document: T): void {
    const followed = this.followed.get(document.accountId);
    if (!followed || followed.seen.has(document._id)) return;
    const { seen, readers } = followed;
    seen.set(document._id, document.purgeAt.getTime());
    const [oldest] = seen.keys();
    if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest);
    for (const reader of readers) reader.add(document);
  }

  private async read(filter: QueryFilter<T>, { purgeAt, id }: Place, limit: number): Promise<T[]> {
    const at = new Date(purgeAt);
    const rest = id === '' ? [] : await this.page({ ...filter, purgeAt: at, _id: { $gt: id } }, limit);
    if (rest.length === limit) return rest;
    const later = { ...filter, purgeAt: id === '' ? { $gte: at } : { $gt: at } } as QueryFilter<T>;
    return [...rest, ...(await this.page(later, limit - rest.length))];
  }

  private page(filter: QueryFilter<T>, limit: number): Promise<T[]> {
    return this.model.find(filter).sort({ purgeAt: 1, _id: 1 }).hint(FEED_INDEX).limit(limit).lean<T[]>().exec();
  }
}

function byStorage(a: StoredDocument, b: StoredDocument): number {
  return a.purgeAt.getTime() - b.purgeAt.getTime() || (a._id < b._id ? -1 : 1);
}
