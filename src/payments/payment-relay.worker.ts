import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { EventsService, newEvent, type PublishedEvent } from '../events/events.service.js';
import { batched } from '../platform/database/batched.js';
import { isDatabaseUnreachable } from '../platform/database/database-unreachable.js';
import { BackgroundWorker } from '../platform/due-work/background-worker.js';
import { type HistoryEntry, Payment } from './payment.schema.js';
import { disputeAt, disputeView, warningView } from './dispute-view.js';
import { warningIdOf } from './dispute-rules.js';
import { refundAt, snapshotAt } from './payment-snapshot.js';
import { paymentView, refundView } from './payment-view.js';
import { refundOf, RefundsService } from './refunds.service.js';
import { RelayMark } from './relay-mark.schema.js';
import { type PendingWrite, RelayProgress, type StoredChange } from './relay-progress.js';
import { v1Message } from './v1-message.js';
import { publicId } from '../platform/worlds/world-ids.js';

const BATCH = 64;
const REST_MS = 5;

/** How many changes wait in memory; further ones are read again from the database. */
const MAX_WAITING = 10_000;

/** How often the mark is written, in ms: while there are changes, and otherwise to show that the process is alive. */
const MARK_EVERY_MS = 1_000;
const SHOW_LIFE_EVERY_MS = 10_000;
const ALIVE_FOR_MS = 30_000;

/** Changes this much older than a mark are read too, in ms, because a clock may have been set back. */
const MARK_MARGIN_MS = 5_000;

/** When a payment is deleted, its entries of the last 60 s are relayed once more; older ones have been relayed. */
const RECENT_MS = 60_000;

/** How long to wait before a payment whose relaying failed is tried again, in ms. */
const RETRY_FAILED_MS = 10_000;

/** Reacts to changes of payments. Must change nothing if it gets the same change again after a crash. */
export type PaymentChangeConsumer = (changes: readonly StoredChange<Payment>[]) => Promise<void>;

/**
 * Turns changes of payments into events, copies of refunds, and deliveries. It works from memory on what this
 * process has written. After a crash, a process finds the mark of the one that ended and reads all changes since
 * that mark again (docs/decisions/0009). Relaying an entry twice changes nothing.
 */
@Injectable()
export class PaymentRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PaymentRelay.name);
  private readonly processId = randomUUID();
  private readonly progress = new RelayProgress<Payment>(MAX_WAITING, () => {
    this.worker.wake();
  });
  private readonly worker = new BackgroundWorker(
    'payment-relay',
    () => this.step(),
    MARK_EVERY_MS,
    (error) => {
      this.logger.error(error);
    },
    REST_MS,
  );
  private readonly publishOne = batched(async (changes: readonly StoredChange<Payment>[]) => {
    await this.publish(changes);
    return changes.map(() => undefined);
  });
  private readonly consumers: PaymentChangeConsumer[] = [];
  private readonly followers: PaymentChangeConsumer[] = [];
  private readonly failed = new Set<string>();
  private failedRetryAt = 0;
  private markedAt = 0;
  private markIsCurrent = false;

  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    @InjectModel(RelayMark.name) private readonly marks: Model<RelayMark>,
    private readonly events: EventsService,
    private readonly refunds: RefundsService,
  ) {}

  get healthy(): boolean {
    return this.worker.healthy;
  }

  /** Writes the mark before the first change is made, then relays what ended processes have left. */
  async onApplicationBootstrap(): Promise<void> {
    await this.writeMark(new Date());
    const others = await this.marks.find({ _id: { $ne: this.processId } }).lean<RelayMark[]>();
    for (const mark of others) this.takeOver(mark);
    this.worker.start();
  }

  /** Relays all that this process has written, then removes its mark. */
  async onApplicationShutdown(): Promise<void> {
    const { healthy } = this.worker;
    await this.worker.stop();
    while (healthy && this.progress.hasWaiting) await this.step();
    if (this.progress.isIdle && this.failed.size === 0) await this.marks.deleteOne({ _id: this.processId });
  }

  /** Call it before the application has started. The consumer is told of changes before anybody hears of them. */
  subscribe(consumer: PaymentChangeConsumer): void {
    this.consumers.push(consumer);
  }

  /** The same, after the events are stored: for what catches up before it is read. */
  subscribeAfterEvents(consumer: PaymentChangeConsumer): void {
    this.followers.push(consumer);
  }

  /** Call this before a change is written, so that the mark does not pass it. */
  beginWrite(changedAt: Date): PendingWrite<Payment> {
    this.markIsCurrent = false;
    return this.progress.beginWrite(changedAt);
  }

  /** Relays a change now, after those of the account that wait; in the background if that fails. */
  async relayWrite(write: PendingWrite<Payment>, payment: Payment, firstEntry: number): Promise<void> {
    try {
      await this.finish(payment.accountId);
      await this.publishOne({ object: payment, firstEntry, changedAt: write.changedAt });
      write.relayed();
    } catch (error) {
      this.logger.error(error);
      write.made(payment, firstEntry);
    }
  }

  /** Waits until what this process has written for an account before is relayed; not if the database is gone. */
  async finish(accountId: string): Promise<void> {
    if (this.progress.holds((payment) => payment.accountId === accountId)) await this.progress.untilRelayed();
  }

  /**
   * Tells those who follow the events of all changes of an account that were made before, by this process or another
   * one, and are not relayed yet.
   */
  async catchUp(accountId: string): Promise<void> {
    // Before anything is awaited: what is under way now may be relayed then.
    const { underWaySince } = this.progress;
    await this.tell(
      this.followers,
      this.progress.notRelayed.filter(({ object }) => object.accountId === accountId),
    );
    const others = await this.marks.find({ _id: { $ne: this.processId } }).lean<RelayMark[]>();
    const times = [
      ...others.map(({ relayedUpTo }) => new Date(relayedUpTo.getTime() - MARK_MARGIN_MS)),
      this.progress.unreadFrom,
      underWaySince,
    ].filter((time) => time !== null);
    if (times.length === 0) return;
    const since = times.reduce((earliest, time) => (time < earliest ? time : earliest));
    let changes: StoredChange<Payment>[] = [];
    const changed = this.payments
      .find({ changedAt: { $gte: since }, accountId })
      .sort({ changedAt: 1 })
      .lean<Payment>()
      .cursor();
    for await (const payment of changed as AsyncIterable<Payment>) {
      changes.push({ object: payment, firstEntry: firstSince(payment, since), changedAt: payment.changedAt });
      if (changes.length < BATCH) continue;
      await this.tell(this.followers, changes);
      changes = [];
    }
    await this.tell(this.followers, changes);
  }

  private async tell(
    consumers: readonly PaymentChangeConsumer[],
    changes: readonly StoredChange<Payment>[],
  ): Promise<void> {
    if (changes.length > 0) for (const consume of consumers) await consume(changes);
  }

  /** Relays the latest entries of a payment at once. */
  async relayNow(payment: Payment): Promise<void> {
    await this.tell(this.followers, [{ object: payment, firstEntry: 0, changedAt: payment.changedAt }]);
    await this.publish([
      {
        object: payment,
        firstEntry: firstSince(payment, new Date(Date.now() - RECENT_MS)),
        changedAt: payment.changedAt,
      },
    ]);
  }

  private async step(): Promise<boolean> {
    const batch = this.progress.takeBatch(BATCH);
    try {
      await this.publishEach(batch);
      this.progress.batchDone();
    } catch (error) {
      this.progress.batchFailed();
      throw error;
    }
    // Also under constant load: other processes take a mark that is not renewed for that of an ended process.
    await this.keepMark();
    if (this.progress.hasWaiting) return true;
    await this.relayUnread();
    await this.retryFailed();
    return this.progress.hasWaiting;
  }

  /** If a batch fails, relays each change alone, so that a bad one does not stop the others. */
  private async publishEach(changes: readonly StoredChange<Payment>[]): Promise<void> {
    if (changes.length === 0) return;
    try {
      await this.publish(changes);
    } catch (error) {
      if (isDatabaseUnreachable(error)) throw error;
      if (changes.length > 1) {
        for (const change of changes) await this.publishEach([change]);
        return;
      }
      this.logger.error(error);
      for (const { object } of changes) this.failed.add(object._id);
      this.failedRetryAt = Date.now() + RETRY_FAILED_MS;
    }
  }

  private async publish(changes: readonly StoredChange<Payment>[]): Promise<void> {
    await this.refunds.copy(
      changes.map(({ object, firstEntry }) => ({ payment: object, refundIds: refundIdsSince(object, firstEntry) })),
    );
    await this.tell(this.consumers, changes);
    await this.events.publish(changes.flatMap(eventsOf));
    await this.tell(this.followers, changes);
  }

  private async relayUnread(): Promise<void> {
    const from = this.progress.unreadFrom;
    if (from === null) return;
    let since = from;
    for (let limit = BATCH; ;) {
      const changed = await this.payments
        .find({ changedAt: { $gte: since } })
        .sort({ changedAt: 1 })
        .limit(limit)
        .readConcern('majority')
        .lean<Payment[]>();
      await this.publishEach(
        changed.map((payment) => ({
          object: payment,
          firstEntry: firstSince(payment, from),
          changedAt: payment.changedAt,
        })),
      );
      const last = changed.at(-1)?.changedAt;
      if (changed.length < limit || last === undefined) break;
      // More changes than a page have the same time: only a longer page gets past them.
      if (last.getTime() === since.getTime()) limit *= 2;
      since = last;
    }
    this.progress.rereadDone(from);
  }

  private async retryFailed(): Promise<void> {
    if (this.failed.size === 0 || Date.now() < this.failedRetryAt) return;
    const ids = [...this.failed];
    this.failedRetryAt = Date.now() + RETRY_FAILED_MS;
    const payments = await this.payments.find({ _id: { $in: ids } }).lean<Payment[]>();
    for (const id of ids) this.failed.delete(id);
    await this.publishEach(
      payments.map((payment) => ({ object: payment, firstEntry: 0, changedAt: payment.changedAt })),
    );
  }

  private async keepMark(): Promise<void> {
    const now = new Date();
    const age = now.getTime() - this.markedAt;
    if (age < MARK_EVERY_MS || (this.markIsCurrent && age < SHOW_LIFE_EVERY_MS)) return;
    if (age >= SHOW_LIFE_EVERY_MS) await this.takeOverEnded(now);
    await this.writeMark(now);
  }

  private async writeMark(now: Date): Promise<void> {
    // Writes that begin from here on are not covered by this mark.
    this.markIsCurrent = this.progress.isIdle;
    const mark = {
      relayedUpTo: this.progress.relayedUpTo(now),
      failedIds: [...this.failed],
      aliveUntil: new Date(now.getTime() + ALIVE_FOR_MS),
    };
    await this.marks.updateOne({ _id: this.processId }, { $set: mark }, { upsert: true });
    this.markedAt = now.getTime();
  }

  /** Relays what ended processes have left, then removes their marks. */
  private async takeOverEnded(now: Date): Promise<void> {
    const ended = await this.marks.find({ _id: { $ne: this.processId }, aliveUntil: { $lt: now } }).lean<RelayMark[]>();
    for (const mark of ended) {
      this.takeOver(mark);
      await this.relayUnread();
      // First copies the ended process's failures to this process's mark; then removes that mark, unless it was renewed.
      await this.writeMark(now);
      await this.marks.deleteOne({ _id: mark._id, aliveUntil: mark.aliveUntil });
    }
  }

  private takeOver({ relayedUpTo, failedIds }: RelayMark): void {
    this.progress.reread(new Date(relayedUpTo.getTime() - MARK_MARGIN_MS));
    for (const id of failedIds) this.failed.add(id);
  }
}

function firstSince({ history }: Payment, time: Date): number {
  const first = history.findIndex(({ at, recordedAt = at }) => recordedAt >= time);
  return first < 0 ? history.length : first;
}

function refundIdsSince({ history }: Payment, firstEntry: number): string[] {
  return history.slice(firstEntry).flatMap(({ refundId }) => (refundId === null ? [] : [refundId]));
}

function eventsOf({ object: payment, firstEntry }: StoredChange<Payment>): PublishedEvent[] {
  return payment.history
    .slice(firstEntry)
    .map((entry, index) => publishedEvent(payment, entry, firstEntry + index + 1));
}

function publishedEvent(payment: Payment, entry: HistoryEntry, count: number): PublishedEvent {
  const refund = refundAt(payment, entry);
  const { eventId, type, cause } = entry;
  const { data, objectIds } = refund
    ? { data: refundView(refundOf(payment, refund)), objectIds: [refund.id, payment._id] }
    : shownOf(payment, entry, count);
  return {
    event: newEvent({
      _id: eventId,
      accountId: payment.accountId,
      type,
      data,
      objectIds: objectIds.map(publicId),
      requestId: cause.requestId,
    }),
    direct: v1Message(payment, entry, refund),
  };
}

/** What an entry that is about no refund tells of: a dispute, a warning or the payment, as it was after the entry. */
function shownOf(payment: Payment, entry: HistoryEntry, count: number): { data: object; objectIds: readonly string[] } {
  const dispute = disputeAt(payment, entry);
  if (dispute) return { data: disputeView(payment, dispute), objectIds: [dispute.id, payment._id] };
  const then = snapshotAt(payment, count);
  return entry.type === 'fraud_warning.created'
    ? { data: warningView(then, entry), objectIds: [warningIdOf(entry), payment._id] }
    : { data: paymentView(then), objectIds: [payment._id] };
}
