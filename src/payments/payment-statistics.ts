import { majorOfExactSum } from '../platform/common/money.js';
import type { PaymentStatus } from './payment-lifecycle.js';

export const STATISTICS_STEPS = ['hour', 'day'] as const;
export type StatisticsStep = (typeof STATISTICS_STEPS)[number];

const HOUR_MS = 3_600_000;
const STEP_MS: Readonly<Record<StatisticsStep, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS };

/** How many steps there are if nobody says from when, and at most. */
const DEFAULT_STEPS: Readonly<Record<StatisticsStep, number>> = { hour: 24, day: 30 };
export const MAX_STEPS: Readonly<Record<StatisticsStep, number>> = { hour: 7 * 24, day: 92 };

/** From `from` on and before `to`, in whole steps of UTC; in ms. */
export interface StatisticsPeriod {
  readonly by: StatisticsStep;
  readonly from: number;
  readonly to: number;
}

/** The period that was asked for, in whole steps: until `to` or now, from `from` or the usual number of steps before. */
export function periodOf(by: StatisticsStep, from: Date | null, to: Date | null, now: Date): StatisticsPeriod {
  const step = STEP_MS[by];
  const end = to === null ? (Math.floor(now.getTime() / step) + 1) * step : Math.ceil(to.getTime() / step) * step;
  const begin = from === null ? end - DEFAULT_STEPS[by] * step : Math.floor(from.getTime() / step) * step;
  return { by, from: begin, to: end };
}

export const stepsIn = ({ by, from, to }: StatisticsPeriod): number => (to - from) / STEP_MS[by];

/** What is counted of a payment. Amounts are in minor units. */
export interface CountedPayment {
  readonly createdAt: Date;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly failure: { readonly code: string; readonly declineCode: string | null } | null;
}

/** Amounts in major units. */
export interface Volume {
  readonly currency: string;
  readonly amount: number;
  readonly refunded: number;
}

export interface StatisticsPoint {
  readonly start: Date;
  readonly payments: number;
  readonly completed: number;
  readonly failed: number;
  readonly pending: number;
  readonly canceled: number;
  /** Of the completed and failed ones, those that completed, from 0 to 1; null if there are none. */
  readonly successRate: number | null;
  readonly volume: readonly Volume[];
}

export interface FailureCount {
  readonly code: string;
  readonly declineCode: string | null;
  readonly count: number;
}

/** What became of payments, by hour or day of their creation. */
export interface Statistics extends StatisticsPeriod {
  readonly data: readonly StatisticsPoint[];
  /** The most frequent first. */
  readonly failures: readonly FailureCount[];
}

type Outcome = 'completed' | 'failed' | 'pending' | 'canceled';

/** A voided payment was canceled too: its money was not taken. */
const OUTCOMES: Readonly<Record<PaymentStatus, Outcome>> = {
  pending: 'pending',
  requires_action: 'pending',
  authorized: 'pending',
  completed: 'completed',
  refunded: 'completed',
  failed: 'failed',
  voided: 'canceled',
  canceled: 'canceled',
};

interface Tally {
  readonly counts: Record<Outcome, number>;
  /** Captured and refunded, exactly, by currency. */
  readonly volume: Map<string, [captured: bigint, refunded: bigint]>;
}

/** Counts payments one by one. */
export class StatisticsTally {
  private readonly tallies: Tally[];
  private readonly failures = new Map<string, FailureCount>();

  constructor(private readonly period: StatisticsPeriod) {
    this.tallies = Array.from({ length: stepsIn(period) }, () => ({
      counts: { completed: 0, failed: 0, pending: 0, canceled: 0 },
      volume: new Map(),
    }));
  }

  add({ createdAt, status, currency, amountCaptured, amountRefunded, failure }: CountedPayment): void {
    const { by, from } = this.period;
    const tally = this.tallies[Math.floor((createdAt.getTime() - from) / STEP_MS[by])];
    if (!tally) return;
    tally.counts[OUTCOMES[status]] += 1;
    if (failure) this.countFailure(failure);
    if (amountCaptured === 0) return;
    const [captured, refunded] = tally.volume.get(currency) ?? [0n, 0n];
    tally.volume.set(currency, [captured + BigInt(amountCaptured), refunded + BigInt(amountRefunded)]);
  }

  result(): Statistics {
    const { by, from } = this.period;
    return {
      ...this.period,
      data: this.tallies.map((tally, index) => pointOf(new Date(from + index * STEP_MS[by]), tally)),
      failures: [...this.failures.values()].sort((a, b) => b.count - a.count),
    };
  }

  private countFailure({ code, declineCode }: NonNullable<CountedPayment['failure']>): void {
    const key = `${code} ${declineCode ?? ''}`;
    this.failures.set(key, { code, declineCode, count: (this.failures.get(key)?.count ?? 0) + 1 });
  }
}

function pointOf(start: Date, { counts, volume }: Tally): StatisticsPoint {
  const { completed, failed, pending, canceled } = counts;
  return {
    start,
    payments: completed + failed + pending + canceled,
    ...counts,
    successRate: completed + failed === 0 ? null : completed / (completed + failed),
    volume: [...volume]
      .map(([currency, [captured, refunded]]) => ({
        currency,
        amount: majorOfExactSum(captured, currency),
        refunded: majorOfExactSum(refunded, currency),
      }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
  };
}
