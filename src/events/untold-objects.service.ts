import type { Model } from 'mongoose';
import type { WorldsService } from '../accounts/worlds.service.js';
import { batchedNewInserts, collectionOf } from '../platform/database/driver-writes.js';
import { unfinishedDocuments } from '../platform/due-work/due-documents.js';
import type { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import {
  REPAIR_AFTER_MS,
  type ToldChange,
  toldChanges,
  untoldCreation,
  type UntoldChange,
  type UntoldObject,
} from './untold-changes.js';

/** Reacts to the changes of an object, the oldest first. Must change nothing if it is told again. */
export type ChangeConsumer<T> = (told: readonly ToldChange<T>[]) => Promise<void>;

/**
 * Writes the objects of one collection, and tells subscribers of each change. The write itself stores what is to be
 * told, so that due work tells it if the process that wrote it is killed.
 */
export class UntoldObjects<T extends UntoldObject> {
  private readonly consumers: ChangeConsumer<T>[] = [];
  private readonly insertOne: (document: T) => Promise<boolean>;

  /** @param name the name of the due work, such as `customer.repair` */
  constructor(
    private readonly model: Model<T>,
    private readonly worlds: WorldsService,
    runner: DueWorkRunner,
    name: string,
  ) {
    this.insertOne = batchedNewInserts(model);
    runner.register<T>({
      name,
      graceMs: 0,
      ...unfinishedDocuments(model),
      run: async (documents) => {
        await Promise.all(documents.map((document) => this.repair(document)));
      },
    });
  }

  /** Call it before the application has started. Consumers are told in the order of their subscription. */
  subscribe(consumer: ChangeConsumer<T>): void {
    this.consumers.push(consumer);
  }

  /**
   * Stores a new object and tells of it.
   *
   * @returns the stored object: if the same request ran before, the one that it made
   */
  async insert(document: T, change: UntoldChange): Promise<T> {
    return (await this.insertUnique(document, change)) ?? document;
  }

  /** The same; null if another object has one of the values that only one may have. */
  async insertUnique(document: T, change: UntoldChange): Promise<T | null> {
    const told = { ...document, ...untoldCreation(change, new Date()) };
    const stored = await this.insertOrFind(told);
    if (stored) await this.tell(stored);
    return stored;
  }

  /**
   * Makes a change if the object is still as it was when it was read, and tells of it.
   *
   * @returns the changed object; null if somebody else changed it first, or it is gone
   */
  async change({ _id, version }: T, set: Partial<T>, change: UntoldChange): Promise<T | null> {
    const found = await collectionOf(this.model).findOneAndUpdate(
      // Null also matches objects that were never changed and have no version.
      { _id, version: version ?? null } as object,
      {
        $set: {
          ...set,
          version: (version ?? 0) + 1,
          lastEventId: change.eventId,
          repairAt: new Date(Date.now() + REPAIR_AFTER_MS),
        },
        $push: { untold: change },
      } as object,
      { returnDocument: 'after' },
    );
    const changed = found as unknown as T | null;
    if (changed) await this.tell(changed);
    return changed;
  }

  /** The same for a new object and a change that nobody is told of. */
  async insertSilently(document: T): Promise<T> {
    return (await this.insertOrFind({ ...document, version: 1 })) ?? document;
  }

  async changeSilently({ _id, version }: T, set: Partial<T>): Promise<T | null> {
    const changed = await collectionOf(this.model).findOneAndUpdate(
      { _id, version: version ?? null } as object,
      { $set: { ...set, version: (version ?? 0) + 1 } } as object,
      { returnDocument: 'after' },
    );
    return changed as unknown as T | null;
  }

  private async insertOrFind(document: T): Promise<T | null> {
    return (await this.insertOne(document)) ? document : this.model.findById(document._id).lean<T>().exec();
  }

  /** Tells of all untold changes of an object as it is stored. Safe to repeat. */
  async tell(document: T): Promise<void> {
    if (!document.repairAt) return;
    const told = toldChanges(document);
    if (told.length > 0) for (const consume of this.consumers) await consume(told);
    await this.noteTold(document);
  }

  /** Removes exactly these changes: if there are others by now, whoever made them tells all, or due work does. */
  private async noteTold({ _id, untold = [] }: T): Promise<void> {
    const asTold =
      untold.length === 0
        ? { 'untold.0': { $exists: false } }
        : { untold: { $size: untold.length }, 'untold.eventId': { $all: untold.map(({ eventId }) => eventId) } };
    await collectionOf(this.model).updateOne(
      { _id, ...asTold } as object,
      { $unset: { untold: 1, repairAt: 1 } } as object,
    );
  }

  /** An object of a world that is gone is removed with it. */
  private async repair(document: T): Promise<void> {
    if (await this.worlds.of(document.accountId)) await this.tell(document);
    else
      await collectionOf(this.model).updateOne({ _id: document._id } as object, { $unset: { repairAt: 1 } } as object);
  }
}
