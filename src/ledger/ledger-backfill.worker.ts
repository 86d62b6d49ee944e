import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { Payment, PaymentTombstone } from '../payments/payment.schema.js';
import { collectionOf } from '../platform/database/driver-writes.js';
import { BackgroundWorker } from '../platform/due-work/background-worker.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { LedgerEntry } from './ledger-entry.schema.js';
import { LedgerPostings } from './ledger-postings.service.js';
import { LedgerProgress } from './ledger-progress.schema.js';
import { LedgerRelay } from './ledger-relay.service.js';
import { entriesOfTombstone } from './tombstone-entries.js';

const BATCH = 200;
const LOOK_EVERY_MS = 2_000;

/**
 * Posts the payments of versions without a ledger, and what remains of deleted ones, while the gateway serves requests.
 * Goes on where it was after a restart; several processes do the same work twice at worst.
 */
@Injectable()
export class LedgerBackfill implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LedgerBackfill.name);
  private readonly worker = new BackgroundWorker(
    'ledger-backfill',
    () => this.step(),
    LOOK_EVERY_MS,
    (error) => {
      this.logger.warn(error);
    },
  );

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(PaymentTombstone.name) private readonly tombstones: Model<PaymentTombstone>,
    @InjectModel(LedgerEntry.name) private readonly entries: Model<LedgerEntry>,
    @InjectModel(LedgerProgress.name) private readonly progress: Model<LedgerProgress>,
    private readonly postings: LedgerPostings,
    private readonly relay: LedgerRelay,
    private readonly worlds: WorldsService,
  ) {}

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async step(): Promise<boolean> {
    // Tombstones first: those that are written from now on are of payments that are in the ledger.
    if (await this.postTombstones()) return true;
    if (await this.postPayments()) return true;
    void this.worker.stop();
    return false;
  }

  private async postTombstones(): Promise<boolean> {
    const { after, doneAt } = await this.progressOf('payment_tombstones');
    if (doneAt) return false;
    const batch = await collectionOf(this.tombstones)
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    for (const tombstone of batch) {
      const world = await this.worlds.of(tombstone.accountId);
      const isPosted = await this.entries.exists({ accountId: tombstone.accountId, sources: publicId(tombstone._id) });
      if (world && !isPosted)
        await this.postings.post(tombstone.accountId, entriesOfTombstone(tombstone, world.settings));
    }
    await this.note('payment_tombstones', batch.at(-1)?._id);
    return true;
  }

  private async postPayments(): Promise<boolean> {
    const { after, doneAt } = await this.progressOf('payments');
    if (doneAt) return false;
    const batch = await collectionOf(this.payments)
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH)
      .toArray();
    await this.relay.post(batch.map((object) => ({ object, firstEntry: 0 })));
    await this.note('payments', batch.at(-1)?._id);
    return true;
  }

  private async progressOf(id: string): Promise<LedgerProgress> {
    return (await this.progress.findById(id).lean<LedgerProgress>()) ?? { _id: id, after: '', doneAt: null };
  }

  /** The end, if nothing was left. */
  private async note(id: string, last: string | undefined): Promise<void> {
    const update = last === undefined ? { $set: { doneAt: new Date() } } : { $max: { after: last } };
    await this.progress.updateOne({ _id: id }, update, { upsert: true });
  }
}
