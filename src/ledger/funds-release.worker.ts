import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { dueDocuments } from '../platform/due-work/due-documents.js';
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
      ...dueDocuments(balances),
      run: async (due, now) => {
        await Promise.all(due.map((balance) => this.releaseDue(balance, now)));
      },
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
}
