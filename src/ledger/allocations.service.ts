import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { allocate, type Available, numbersOf, positionOf, type Taken } from './allocate.js';
import type { Balance } from './balance.schema.js';
import { Allocation } from './allocation.schema.js';
import { settlementIdOf } from './settlement-id.js';
import { LedgerEntry } from './ledger-entry.schema.js';
import { transactionOf } from './postings.js';
import { postedOf } from './entry-document.js';

/** A transaction that a payout can take. */
export interface AvailableEntry extends Available {
  readonly entry: LedgerEntry;
}

/** These take money from the balance without being part of a payout's report: payouts themselves, and what has no net. */
const NOT_ALLOCATED = ['payout', 'payout_paid', 'dispute_lost', 'funds_available'] as const;

/** How many payouts are read at once to find those of transactions. */
const LOOK_AHEAD = 100;

/**
 * Says which transactions each payout takes. It follows from the order of the ledger alone, so several processes find
 * the same, and it is stored when somebody asks first.
 */
@Injectable()
export class Allocations {
  constructor(
    @InjectModel(Allocation.name) private readonly allocations: Model<Allocation>,
    @InjectModel(LedgerEntry.name) private readonly entries: Model<LedgerEntry>,
    accountData: AccountData,
  ) {
    accountData.register({
      model: allocations,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id', 'payoutId'] },
    });
  }

  /** Stores what is missing of the payouts that these balances contain. */
  async bringUpToDate(balances: readonly Balance[]): Promise<void> {
    for (const balance of balances) if (balance.lastPayout !== undefined) while (await this.storeNext(balance));
  }

  /** Newest first; of one payout, if it is given. */
  list(accountId: string, payoutId: string | undefined, page: PageRequest): Promise<Page<Allocation>> {
    const filter = payoutId === undefined ? {} : { payoutId: idIn(accountId, payoutId) };
    return findPage(this.allocations, accountId, filter, page);
  }

  /** By the id of the settlement report; null if there is none. */
  find(accountId: string, id: string): Promise<Allocation | null> {
    return this.allocations
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<Allocation>()
      .exec();
  }

  ofPayout(accountId: string, payoutId: string): Promise<Allocation | null> {
    return this.allocations
      .findOne({ accountId, payoutId: idIn(accountId, payoutId) })
      .lean<Allocation>()
      .exec();
  }

  /**
   * The payouts that take these transactions, by the ids of their entries, of each the first of several. What no payout
   * has taken yet is not in it.
   */
  async payoutsOf(accountId: string, entries: readonly LedgerEntry[]): Promise<ReadonlyMap<string, string>> {
    const payouts = new Map<string, string>();
    for (const { _id, type, source } of entries) if (type === 'payout' && source !== null) payouts.set(_id, source);
    const available = entries.flatMap(({ _id, currency, type, availableAt, sequence }) =>
      type === 'payout' || availableAt === undefined ? [] : [{ _id, currency, at: positionOf(availableAt, sequence) }],
    );
    for (const currency of new Set(available.map((each) => each.currency))) {
      let left = available.filter((each) => each.currency === currency).sort((a, b) => (a.at < b.at ? -1 : 1));
      while (left[0]) {
        const ends = await this.allocations
          .find({ accountId, currency, 'end.at': { $gte: left[0].at } })
          .sort({ 'end.at': 1 })
          .limit(LOOK_AHEAD)
          .lean<Allocation[]>();
        for (const { _id, at } of left) {
          const taking = ends.find(({ end }) => end.at >= at);
          if (taking) payouts.set(_id, taking.payoutId);
        }
        // The others come after these ends, or no payout has taken them.
        left = ends.length < LOOK_AHEAD ? [] : left.filter(({ _id }) => !payouts.has(_id));
      }
    }
    return payouts;
  }

  /** Selects the transactions that a payout takes, and its own; null if there is no such payout. */
  async transactionsOf(accountId: string, payoutId: string): Promise<QueryFilter<LedgerEntry> | null> {
    const allocation = await this.ofPayout(accountId, payoutId);
    if (!allocation) return null;
    const { currency, sequence, after, end } = allocation;
    const from = after ? numbersOf(after.at) : { availableAt: 0, sequence: 0 };
    const to = numbersOf(end.at);
    // At the ends, only a part of what became available together is taken.
    return {
      currency,
      availableAt: { $gte: from.availableAt, $lte: sequence },
      $or: [
        { sequence, type: 'payout' },
        {
          availableAt: { $lte: to.availableAt },
          type: { $nin: [...NOT_ALLOCATED] },
          $and: [
            { $or: [{ availableAt: { $gt: from.availableAt } }, { sequence: { $gte: from.sequence } }] },
            { $or: [{ availableAt: { $lt: to.availableAt } }, { sequence: { $lte: to.sequence } }] },
          ],
        },
      ],
    };
  }

  /** What a payout takes, in order. */
  taken({ accountId, currency, after, amount }: Allocation): AsyncGenerator<Taken<AvailableEntry>> {
    return this.takenBy(accountId, currency, after, BigInt(amount));
  }

  private takenBy(
    accountId: string,
    currency: string,
    after: Allocation['after'],
    amount: bigint,
  ): AsyncGenerator<Taken<AvailableEntry>> {
    return allocate(this.availableAfter(accountId, currency, after), BigInt(after?.taken ?? 0), amount);
  }

  private async storeNext({ accountId, currency, lastPayout = 0 }: Balance): Promise<boolean> {
    const last = await this.allocations.findOne({ accountId, currency }).sort({ sequence: -1 }).lean<Allocation>();
    const sequence = last?.sequence ?? 0;
    if (sequence >= lastPayout) return false;
    const payout = await this.entries
      .findOne({ accountId, currency, availableAt: { $gt: sequence, $lte: lastPayout }, type: 'payout' })
      .sort({ availableAt: 1, sequence: 1 })
      .lean<LedgerEntry>();
    const source = payout?.source;
    if (!payout || !source) return false;
    const after = last?.end ?? null;
    let end = after;
    for await (const { transaction, takenUntilThen } of this.takenBy(accountId, currency, after, BigInt(payout.amount)))
      end = { at: transaction.at, taken: String(takenUntilThen) };
    // A payout is made only where so much is available.
    if (end === null) return false;
    await insertNew(this.allocations, [
      {
        _id: settlementIdOf(source),
        accountId,
        currency,
        payoutId: source,
        sequence: payout.sequence,
        createdAt: payout.createdAt,
        amount: payout.amount,
        after,
        end,
      },
    ]);
    return true;
  }

  /** From the transaction on at which the payout before ended. */
  private async *availableAfter(
    accountId: string,
    currency: string,
    after: Allocation['after'],
  ): AsyncGenerator<AvailableEntry> {
    const from = after ? numbersOf(after.at) : { availableAt: 0, sequence: 0 };
    const type = { $nin: [...NOT_ALLOCATED] };
    const ranges: QueryFilter<LedgerEntry>[] = [
      { accountId, currency, type, availableAt: from.availableAt, sequence: { $gte: from.sequence } },
      { accountId, currency, type, availableAt: { $gt: from.availableAt } },
    ];
    for (const range of ranges) {
      const found = this.entries.find(range).sort({ availableAt: 1, sequence: 1 }).lean<LedgerEntry>().cursor();
      for await (const entry of found as AsyncIterable<LedgerEntry>) {
        yield {
          entry,
          at: positionOf(entry.availableAt ?? 0, entry.sequence),
          net: transactionOf(postedOf(entry))?.net ?? 0n,
        };
      }
    }
  }
}
