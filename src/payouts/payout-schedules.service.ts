import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { type Reader, LedgerService } from '../ledger/ledger.service.js';
import { timeDigits } from '../platform/common/ids.js';
import { MAX_MAJOR_AMOUNT, Money } from '../platform/common/money.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { replaceEach } from '../platform/database/driver-writes.js';
import { dueDocuments } from '../platform/due-work/due-documents.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { idIn, worldOf } from '../platform/worlds/world-ids.js';
import { DEFAULT_BANK_ACCOUNT } from '../simulation/bank-accounts.js';
import { InsufficientBalanceError } from './payout-errors.js';
import { nextPayoutAt, type PayoutInterval } from './payout-schedule.js';
import { PayoutSchedule } from './payout.schema.js';
import { PayoutStore } from './payout-store.service.js';
import { newPayout } from './payouts.service.js';

/** When all that is available in a currency is paid out by itself. */
export interface Schedule {
  readonly currency: string;
  readonly interval: PayoutInterval;
  readonly nextPayoutAt: Date | null;
}

/** Pays out by schedule. */
@Injectable()
export class PayoutSchedules {
  constructor(
    @InjectModel(PayoutSchedule.name) private readonly schedules: Model<PayoutSchedule>,
    private readonly store: PayoutStore,
    private readonly ledger: LedgerService,
    private readonly worlds: WorldsService,
    accountData: AccountData,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: schedules,
      belongsTo: 'world',
      outlivesUser: false,
      copied: { ids: ['_id'], left: ['leaseUntil', 'clockId'], byClock: true },
    });
    runner.register<PayoutSchedule>({
      name: 'payout.schedule',
      graceMs: 0,
      ...dueDocuments(schedules),
      run: async (due, now) => {
        await Promise.all(due.map((schedule) => this.payOut(schedule, now)));
      },
    });
  }

  /** By currency; those that were never set are `manual`. */
  async list(accountId: string): Promise<Schedule[]> {
    const schedules = await this.schedules.find({ accountId }).sort({ currency: 1 }).lean<PayoutSchedule[]>();
    return schedules.map(scheduleOf);
  }

  async set({ accountId, world }: Reader, currency: string, interval: PayoutInterval): Promise<Schedule> {
    const dueAt = nextPayoutAt(interval, world.now());
    const schedule: PayoutSchedule = {
      _id: scheduleId(accountId, currency),
      accountId,
      currency,
      interval,
      ...(dueAt && { dueAt }),
      ...(world.clockId !== null && { clockId: world.clockId }),
    };
    await replaceEach(this.schedules, [{ filter: { _id: schedule._id }, document: schedule }]);
    return scheduleOf(schedule);
  }

  private async payOut(schedule: PayoutSchedule, now: Date): Promise<void> {
    const { _id, accountId, currency, dueAt } = schedule;
    const world = await this.worlds.of(accountId);
    if (!dueAt) return;
    if (!world) {
      await this.schedules.updateOne({ _id, dueAt }, { $unset: { dueAt: 1 } });
      return;
    }
    const at = schedule.clockId === undefined ? now : dueAt;
    const then = { ...world, now: () => at };
    // Funds of the same moment are available first.
    const balances = await this.ledger.balances({ accountId, world: then });
    const available = BigInt(balances.find((balance) => balance.currency === currency)?.sums.available ?? 0);
    if (available > 0n) await this.payOutAll({ accountId, world: then }, currency, available, dueAt);
    const next = nextPayoutAt(schedule.interval as PayoutInterval, at);
    await this.schedules.updateOne({ _id, dueAt }, next ? { $set: { dueAt: next } } : { $unset: { dueAt: 1 } });
  }

  private async payOutAll(reader: Reader, currency: string, available: bigint, dueAt: Date): Promise<void> {
    const most = BigInt(Money.ofMajor(MAX_MAJOR_AMOUNT, currency).minor);
    const amount = Money.ofMinor(Number(available < most ? available : most), currency);
    const digits = digitsOf(reader.accountId, currency, dueAt);
    const request = { amount, bankAccount: DEFAULT_BANK_ACCOUNT, description: null, metadata: {}, automatic: true };
    const payout = newPayout(reader, idIn(reader.accountId, `po_${digits}`), request, {
      requestId: null,
      eventId: idIn(reader.accountId, `evt_${digits}`),
    });
    try {
      await this.store.make(payout);
    } catch (error) {
      // A payout by request took it meanwhile; the next one takes what is there then.
      if (!(error instanceof InsufficientBalanceError)) throw error;
    }
  }
}

function scheduleOf({ currency, interval, dueAt }: PayoutSchedule): Schedule {
  return { currency, interval: interval as PayoutInterval, nextPayoutAt: dueAt ?? null };
}

function scheduleId(accountId: string, currency: string): string {
  return idIn(accountId, `sched_${hexOf(accountId, currency, 24)}`);
}

/** The same if a payout is made again after a crash: one for each time. */
function digitsOf(accountId: string, currency: string, dueAt: Date): string {
  return `${timeDigits(dueAt)}${hexOf(accountId, `${currency} ${dueAt.getTime()}`, 12)}`;
}

/** Ordinary accounts share one world, so the account is part of it. */
function hexOf(accountId: string, text: string, digits: number): string {
  const owner = worldOf(accountId) === '' ? accountId : '';
  return createHash('sha256').update(`${owner} ${text}`).digest('hex').slice(0, digits);
}
