import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { collectionOf, updateEach } from '../platform/database/driver-writes.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { BackgroundWorker } from '../platform/due-work/background-worker.js';
import { CUSTOMER_NAME_INDEX, Payment, SEARCH_INDEX } from './payment.schema.js';
import { searchKeysOf } from './search-keys.js';
import { SearchProgress } from './search-progress.schema.js';

const ID = 'payments';
const BATCH = 200;
const LOOK_EVERY_MS = 2_000;

/** Other processes learn within LOOK_EVERY_MS that they need the former index no more. */
const DROP_AFTER_MS = 60_000;

/**
 * Gives the payments of earlier versions their search keys, and makes the index, while the gateway serves requests: of
 * a million payments that takes minutes. Goes on where it was after a restart. Several processes do the same work
 * twice at worst.
 */
@Injectable()
export class SearchKeysBackfill implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Whether all payments are found by their search keys. */
  isReady = false;
  private readonly logger = new Logger(SearchKeysBackfill.name);
  private readonly worker = new BackgroundWorker(
    'search-keys',
    () => this.step(),
    LOOK_EVERY_MS,
    (error) => {
      this.logger.warn(error);
    },
  );

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(SearchProgress.name) private readonly progress: Model<SearchProgress>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { doneAt } = await this.begin();
    if (doneAt) await this.ready();
    // A new database has no index to drop either.
    if (!doneAt || (await this.hasFormerIndex())) this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  /** The progress; of a database without payments of earlier versions, its end. */
  private async begin(): Promise<SearchProgress> {
    const known = await this.progress.findById(ID).lean<SearchProgress>();
    if (known) return known;
    const isOld = (await collectionOf(this.payments).findOne({ searchKeys: { $exists: false } })) !== null;
    const progress: SearchProgress = { _id: ID, after: '', doneAt: isOld ? null : new Date() };
    try {
      await this.progress.create(progress);
      return progress;
    } catch (error) {
      // Another process began at the same time.
      if (!isDuplicateKey(error)) throw error;
      return this.begin();
    }
  }

  private async step(): Promise<boolean | Date> {
    const { after, doneAt } = await this.begin();
    if (doneAt) {
      await this.ready();
      return this.dropFormerIndex(doneAt);
    }
    const batch = await collectionOf(this.payments)
      .find({ _id: { $gt: after } }, { projection: { customerName: 1, searchKeys: 1 } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    const last = batch.at(-1);
    if (last === undefined) {
      this.logger.log('All payments have their search keys; making the index');
      await this.makeIndex();
      await this.progress.updateOne({ _id: ID }, { $set: { doneAt: new Date() } });
      return true;
    }
    await updateEach(
      this.payments,
      batch
        .filter(({ searchKeys }) => searchKeys === undefined)
        .map(({ _id, customerName }) => ({
          filter: { _id },
          update: { $set: { searchKeys: searchKeysOf(customerName) } },
        })),
    );
    await this.progress.updateOne({ _id: ID }, { $max: { after: last._id } });
    return true;
  }

  private async ready(): Promise<void> {
    if (this.isReady) return;
    await this.makeIndex();
    this.isReady = true;
  }

  private async makeIndex(): Promise<void> {
    await collectionOf(this.payments).createIndexes([{ key: SEARCH_INDEX }]);
  }

  private async hasFormerIndex(): Promise<boolean> {
    return collectionOf(this.payments).indexExists(nameOf(CUSTOMER_NAME_INDEX));
  }

  /** Returns when to look again. */
  private async dropFormerIndex(doneAt: Date): Promise<Date> {
    const dropAt = doneAt.getTime() + DROP_AFTER_MS;
    if (dropAt > Date.now()) return new Date(dropAt);
    if (await this.hasFormerIndex()) await collectionOf(this.payments).dropIndex(nameOf(CUSTOMER_NAME_INDEX));
    void this.worker.stop();
    return new Date();
  }
}

/** The name that MongoDB gives an index. */
function nameOf(index: Readonly<Record<string, number>>): string {
  return Object.entries(index).flat().join('_');
}
