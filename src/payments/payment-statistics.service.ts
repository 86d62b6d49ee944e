import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { TooManyOpenRequestsError } from '../platform/errors/too-many-open-requests.error.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import { idBetween } from '../platform/database/page.js';
import type { World } from '../platform/worlds/world.js';
import { Payment } from './payment.schema.js';
import {
  type CountedPayment,
  MAX_STEPS,
  periodOf,
  type Statistics,
  type StatisticsPeriod,
  type StatisticsStep,
  StatisticsTally,
  stepsIn,
} from './payment-statistics.js';

/** Documents that are read at once: few enough that other requests are served in between. */
const BATCH = 200;

/** A result is kept this many times as long as it took, so that nobody keeps the gateway busy with large accounts. */
const KEPT_TIMES = 10;

/** Results that took less, in ms, are not kept: they show what happened a moment ago. */
const QUICK_MS = 100;

const MAX_KEPT_MS = 60_000;

/** So many periods of one account, and of all accounts, can wait to be counted. */
const MAX_WAITING_OF_ACCOUNT = 10;
const MAX_WAITING = 1_000;

const PROJECTION = {
  createdAt: 1,
  status: 1,
  currency: 1,
  amountCaptured: 1,
  amountRefunded: 1,
  failure: 1,
  deletingAt: 1,
} as const;

interface StatisticsRequest {
  readonly accountId: string;
  readonly world: World;
  readonly by: StatisticsStep;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Counts the payments of an account by hour or day. */
@Injectable()
export class PaymentStatistics {
  /** What is being counted, or was a moment ago, by account and period. */
  private readonly kept = new Map<string, Promise<Statistics>>();
  private readonly places = new WaitingPlaces(MAX_WAITING, MAX_WAITING_OF_ACCOUNT);
  /** The last count of each account that is not done. */
  private readonly last = new Map<string, Promise<Statistics>>();

  constructor(@InjectModel(Payment.name) private readonly payments: Model<Payment>) {}

  /**
   * Rejects with InvalidFieldError if the period is empty or too long, TooManyOpenRequestsError if too many periods wait
   * to be counted.
   */
  async of({ accountId, world, by, from, to }: StatisticsRequest): Promise<Statistics> {
    const period = periodOf(by, from, to, world.now());
    assertPeriod(period, from, to);
    const key = `${accountId} ${by} ${period.from} ${period.to}`;
    const known = this.kept.get(key);
    if (known) return known;
    const counting = this.countInTurn(accountId, period);
    this.kept.set(key, counting);
    const began = performance.now();
    const forget = (): void => {
      this.kept.delete(key);
    };
    counting.then(() => {
      const took = performance.now() - began;
      if (took < QUICK_MS) forget();
      else setTimeout(forget, Math.min(MAX_KEPT_MS, took * KEPT_TIMES)).unref();
    }, forget);
    return counting;
  }

  /** One after another for each account, so that an account with very many payments keeps the database free for others. */
  private async countInTurn(accountId: string, period: StatisticsPeriod): Promise<Statistics> {
    if (!this.places.take(accountId))
      throw new TooManyOpenRequestsError(
        `At most ${MAX_WAITING_OF_ACCOUNT} periods of an account are counted at once. Try again when one is answered.`,
      );
    const begin = (): Promise<Statistics> => this.count(accountId, period);
    const counting = this.last.get(accountId)?.then(begin, begin) ?? begin();
    this.last.set(accountId, counting);
    try {
      return await counting;
    } finally {
      this.places.giveBack(accountId);
      if (this.last.get(accountId) === counting) this.last.delete(accountId);
    }
  }

  private async count(accountId: string, period: StatisticsPeriod): Promise<Statistics> {
    const tally = new StatisticsTally(period);
    const range = idBetween('txn', new Date(period.from).toISOString(), new Date(period.to).toISOString());
    const cursor = this.payments.collection.find<CountedPayment & Pick<Payment, 'deletingAt'>>(
      // The driver's types know no ids of text.
      { accountId, ...(range as object) },
      { projection: PROJECTION, batchSize: BATCH },
    );
    for await (const payment of cursor) if (!payment.deletingAt) tally.add(payment);
    return tally.result();
  }
}

function assertPeriod(period: StatisticsPeriod, from: Date | null, to: Date | null): void {
  const steps = stepsIn(period);
  const most = MAX_STEPS[period.by];
  if (steps >= 1 && steps <= most) return;
  const msg =
    steps < 1
      ? 'The period ends before it begins'
      : `The period has ${steps} ${period.by}s; at most ${most} are counted`;
  const refusal = { type: 'period_invalid', msg, ctx: { most } };
  throw new InvalidFieldError(from === null ? 'to' : 'from', refusal, (from ?? to)?.toISOString(), 'query');
}
