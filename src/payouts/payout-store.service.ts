import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { EventsService, newEvent, type PublishedEvent } from '../events/events.service.js';
import { LedgerAudit } from '../ledger/ledger-audit.service.js';
import { LedgerPostings } from '../ledger/ledger-postings.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { collectionOf, insertNew } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { dueDocuments, unfinishedDocuments } from '../platform/due-work/due-documents.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { entryOfPayout } from './payout-entries.js';
import { InsufficientBalanceError, PayoutNotFoundError } from './payout-errors.js';
import { STEP_MS } from './payout-rules.js';
import { Payout, type PayoutAmendment } from './payout.schema.js';
import { HIDDEN_STATUSES, type PayoutChange, type PayoutHistoryItem } from './payout-state.js';
import { payoutView, payoutViewAt } from './payout-view.js';

/** After so long, in ms, due work takes over what the process that changed a payout has not finished. */
const REPAIR_AFTER_MS = 5_000;

/** Longer than any process takes to find out that a payout was refused by another one. */
const KEEP_REFUSED_MS = 86_400_000;

const SHOWN = { status: { $nin: [...HIDDEN_STATUSES] } } as const;

/** Reacts to all that happened to a payout. Must change nothing if it is told again. */
export type PayoutConsumer = (payout: Payout) => Promise<void>;

/** Payouts in the database. Each change is posted to the ledger, then merchants are told of it. */
@Injectable()
export class PayoutStore {
  private readonly consumers: PayoutConsumer[] = [];
  readonly due: ReturnType<typeof dueDocuments<Payout>>;
  readonly unfinished: ReturnType<typeof unfinishedDocuments<Payout>>;

  constructor(
    @InjectModel(Payout.name) private readonly payouts: Model<Payout>,
    private readonly postings: LedgerPostings,
    private readonly events: EventsService,
    ledger: LedgerService,
    audit: LedgerAudit,
    accountData: AccountData,
  ) {
    accountData.register({
      model: payouts,
      belongsTo: 'world',
      outlivesUser: true,
      copied: {
        ids: ['_id', 'history.eventId', 'amendments.eventId'],
        left: ['leaseUntil', 'clockId', 'purgeAt'],
        byClock: true,
        check: (payout) => {
          payoutView(payout as AccountDocument & Payout);
        },
      },
    });
    this.due = dueDocuments(payouts);
    this.unfinished = unfinishedDocuments(payouts);
    ledger.beforeReads((accountId) => this.finishLeftOf(accountId));
    audit.register({ counts: 'payouts', objectsOf: (accountId) => this.postedOf(accountId) });
  }

  /** Call it before the application has started: consumers are told after the gateway's own events. */
  subscribe(consumer: PayoutConsumer): void {
    this.consumers.push(consumer);
  }

  /**
   * Makes a payout, once: the same call again, after a crash, makes it no second time.
   *
   * @returns the payout. Throws InsufficientBalanceError if less is available
   */
  async make(payout: Payout): Promise<Payout> {
    const requested = Object.assign({}, payout, { repairAt: new Date(Date.now() + REPAIR_AFTER_MS) });
    const [inserted] = await insertNew(this.payouts, [requested]);
    await this.makeRequested(inserted ?? (await this.again(requested)));
    return this.get(payout.accountId, payout._id);
  }

  /** An account's own payout. Throws PayoutNotFoundError. */
  async get(accountId: string, id: string): Promise<Payout> {
    const payout = await this.payouts.findOne({ _id: idIn(accountId, id), accountId, ...SHOWN }).lean<Payout>();
    if (!payout) throw new PayoutNotFoundError(publicId(id));
    return payout;
  }

  list(accountId: string, filter: QueryFilter<Payout>, page: PageRequest): Promise<Page<Payout>> {
    return findPage(this.payouts, accountId, { ...SHOWN, ...filter }, page);
  }

  /** Makes a change if nobody else has changed the payout. @returns null if somebody has */
  async change(
    { _id, version }: Payout,
    { status, dueAt, event }: PayoutChange,
    { eventId, at, requestId }: Omit<PayoutHistoryItem, 'type'>,
  ): Promise<Payout | null> {
    const repairAt = new Date(Date.now() + REPAIR_AFTER_MS);
    const changed = await this.payouts
      .findOneAndUpdate(
        { _id, version },
        {
          $set: { status, updatedAt: at, version: version + 1, ...(dueAt && { dueAt }), ...(event && { repairAt }) },
          ...(!dueAt && { $unset: { dueAt: 1 } }),
          ...(event && { $push: { history: { eventId, type: event, at, requestId } } }),
        },
        { returnDocument: 'after' },
      )
      .lean<Payout>();
    if (changed) await this.finish(changed);
    return changed;
  }

  /** Changes what describes a payout if nobody else has changed it. @returns null if somebody has */
  async amend({ _id, version }: Payout, amendment: PayoutAmendment): Promise<Payout | null> {
    const { after: metadata, at: updatedAt } = amendment;
    const repairAt = new Date(Date.now() + REPAIR_AFTER_MS);
    const changed = await this.payouts
      .findOneAndUpdate(
        { _id, version },
        { $set: { metadata, updatedAt, version: version + 1, repairAt }, $push: { amendments: amendment } },
        { returnDocument: 'after' },
      )
      .lean<Payout>();
    if (changed) await this.finish(changed);
    return changed;
  }

  /** Posts and tells all that happened to a payout. Safe to repeat. */
  async finish(payout: Payout): Promise<void> {
    if (payout.status === 'requested') return this.finishRequested(payout);
    if (payout.status !== 'refused') {
      await this.postings.post(
        payout.accountId,
        payout.history.map((item) => entryOfPayout(payout, item)),
      );
      await this.events.publish(payout.history.map((item) => publishedEvent(payout, item)));
      for (const consume of this.consumers) await consume(payout);
    }
    await this.payouts.updateOne(
      { _id: payout._id, version: payout.version },
      { $unset: { repairAt: 1, amendments: 1 } },
    );
  }

  /** Ends the due work of a payout whose world is gone. */
  async clearDue({ _id }: Payout): Promise<void> {
    await this.payouts.updateOne({ _id }, { $unset: { dueAt: 1, repairAt: 1 } });
  }

  /**
   * If it was made before a crash, the payout of then. In a sandbox, a request after a refused one has its ids: it takes
   * the place of what was refused.
   */
  private async again(payout: Payout): Promise<Payout> {
    await this.payouts.replaceOne({ _id: payout._id, status: 'refused' }, payout);
    return (await this.payouts.findById(payout._id).lean<Payout>()) ?? payout;
  }

  /**
   * Takes the amount from the balance, then makes the payout pending. That it was taken decides: a payout that was
   * refused meanwhile, by the repair of a slow process, is made nevertheless.
   */
  private async makeRequested(payout: Payout): Promise<void> {
    const { _id, accountId, currency, amount, createdAt, history } = payout;
    const [created] = history;
    if (!created) throw new Error(`Payout ${_id} has no history.`);
    try {
      await this.postings.postIf(accountId, entryOfPayout(payout, created), ({ sums }) => {
        if (BigInt(sums.available) < BigInt(amount))
          throw InsufficientBalanceError.of(BigInt(sums.available), currency);
      });
    } catch (error) {
      if (error instanceof InsufficientBalanceError)
        await this.payouts.updateOne(
          { _id, status: 'requested' },
          { $set: { status: 'refused', purgeAt: new Date(Date.now() + KEEP_REFUSED_MS) }, $unset: { repairAt: 1 } },
        );
      throw error;
    }
    const made = await this.payouts
      .findOneAndUpdate(
        { _id, status: { $in: [...HIDDEN_STATUSES] } },
        {
          $set: { status: 'pending', dueAt: new Date(createdAt.getTime() + STEP_MS), version: payout.version + 1 },
          $unset: { purgeAt: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<Payout>();
    if (made) await this.finish(made);
  }

  private async finishRequested(payout: Payout): Promise<void> {
    try {
      await this.makeRequested(payout);
    } catch (error) {
      if (!(error instanceof InsufficientBalanceError)) throw error;
    }
  }

  /** Nobody was told of what is only requested. */
  private async finishLeftOf(accountId: string): Promise<void> {
    const left = await this.payouts
      .find({ accountId, repairAt: { $exists: true }, status: { $ne: 'requested' } })
      .lean<Payout[]>();
    for (const payout of left) await this.finish(payout);
  }

  private async *postedOf(accountId: string): AsyncGenerator<{ entries: ReturnType<typeof entryOfPayout>[] }> {
    for await (const payout of collectionOf(this.payouts).find({ accountId })) {
      const entries = payout.history.map((item) => entryOfPayout(payout, item));
      // Of a payout that is not made yet, the amount may be taken already.
      const [created] = entries;
      if (!isHidden(payout) || (created && (await this.postings.isPosted(created)))) yield { entries };
    }
  }
}

function isHidden({ status }: Payout): boolean {
  return (HIDDEN_STATUSES as readonly string[]).includes(status);
}

function publishedEvent(payout: Payout, item: PayoutHistoryItem): PublishedEvent {
  const { eventId, type, requestId } = item;
  return {
    event: newEvent({
      _id: eventId,
      accountId: payout.accountId,
      type,
      data: payoutViewAt(payout, item),
      objectIds: [publicId(payout._id)],
      requestId,
    }),
    direct: null,
  };
}
