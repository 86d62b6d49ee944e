import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { type DueCount, type DueQuery, notLeasedAt, notOneOf } from '../platform/due-work/due-work.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { Balance } from './balance.schema.js';
import { LedgerPostings } from './ledger-postings.service.js';

/** Makes captured funds available when their day has come, and says so. */
@Injectable()
export class FundsRelease {
  constructor(
    @InjectModel(Balance.name) private readonly balances: Model<Balance>,
    private readonly postings: LedgerPostings,
    private readonly worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    runner.register<Balance>({
      name: 'balance.release',
      graceMs: 0,
      idOf: ({ _id }) => _id,
      findDue: (query) => this.findDue(query),
      nextDueAt: (clockId, except) => this.nextDueAt(clockId, except),
      dueAtOf: ({ dueAt }) => dueAt ?? new Date(0),
      run: async (due, now) => {
        await Promise.all(due.map((balance) => this.releaseDue(balance, now)));
      },
      postpone: async ({ _id }, until) => {
        await balances.updateOne({ _id }, { $set: { leaseUntil: until } });
      },
      countDue: (now) => this.countDue(now),
    });
  }

  /** Releases what is due of an account by now, so that a read shows it. */
  async catchUp(balances: readonly Balance[], now: Date): Promise<boolean> {
    const due = balances.filter(({ dueAt }) => dueAt && dueAt <= now);
    await Promise.all(due.map((balance) => this.releaseDue(balance, now)));
    return due.length > 0;
  }

  private async releaseDue(due: Balance, now: Date): Promise<void> {
    // The balance of a world that is gone is removed with it.
    if (!(await this.worlds.of(due.accountId))) {
      await this.balances.updateOne({ _id: due._id }, { $unset: { dueAt: 1 } });
      return;
    }
    for (let balance: Balance | null = due; balance?.dueAt && balance.dueAt <= now;)
      balance = (await this.postings.release(balance, now)) ?? (await this.balances.findById(due._id).lean<Balance>());
  }

  private findDue({ clockId, until, now, limit, except }: DueQuery): Promise<Balance[]> {
    return this.balances
      .find({ clockId, dueAt: { $lte: until }, ...notLeasedAt(now), ...notOneOf(except) })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<Balance[]>()
      .exec();
  }

  private async nextDueAt(clockId: string, except: readonly string[]): Promise<Date | null> {
    const next = await this.balances
      .findOne({ clockId, dueAt: { $exists: true }, ...notOneOf(except) }, { dueAt: 1 })
      .sort({ dueAt: 1 })
      .lean<Balance>();
    return next?.dueAt ?? null;
  }

  private async countDue(now: Date): Promise<DueCount> {
    const due = { clockId: null, dueAt: { $lte: now } } as const;
    const [count, oldest] = await Promise.all([
      this.balances.countDocuments(due),
      this.balances.findOne(due, { dueAt: 1 }).sort({ dueAt: 1 }).lean<Balance>(),
    ]);
    return { count, oldest: oldest?.dueAt ?? null };
  }
}
