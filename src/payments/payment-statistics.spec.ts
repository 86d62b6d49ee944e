import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PAYMENT_STATUSES } from './payment-lifecycle.js';
import { type CountedPayment, periodOf, StatisticsTally, stepsIn } from './payment-statistics.js';

const NOW = new Date('2026-01-31T09:30:00.000Z');
const HOUR_MS = 3_600_000;
const period = periodOf('hour', null, null, NOW);

const payment = (more: Partial<CountedPayment> = {}): CountedPayment => ({
  createdAt: NOW,
  status: 'completed',
  currency: 'USD',
  amountCaptured: 1000,
  amountRefunded: 0,
  failure: null,
  ...more,
});

function count(...payments: readonly CountedPayment[]) {
  const tally = new StatisticsTally(period);
  for (const each of payments) tally.add(each);
  return tally.result();
}

describe('The period of statistics', () => {
  it('is the last 24 hours or 30 days in whole steps, with the one that runs', () => {
    const days = periodOf('day', null, null, NOW);
    expect([new Date(period.from), new Date(period.to)].map((at) => at.toISOString())).toEqual([
      '2026-01-30T10:00:00.000Z',
      '2026-01-31T10:00:00.000Z',
    ]);
    expect([new Date(days.from), new Date(days.to)].map((at) => at.toISOString())).toEqual([
      '2026-01-02T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
    ]);
  });

  it('has every step that it was asked for, whole', () => {
    const from = new Date('2026-01-31T07:59:59.999Z');
    const asked = periodOf('hour', from, new Date('2026-01-31T09:00:00.001Z'), NOW);
    expect([new Date(asked.from).toISOString(), stepsIn(asked)]).toEqual(['2026-01-31T07:00:00.000Z', 3]);
  });
});

describe('Statistics', () => {
  it('have every step, also those without payments', () => {
    const { data, failures } = count();
    expect(data).toHaveLength(24);
    expect(data[0]).toEqual({
      start: new Date(period.from),
      payments: 0,
      completed: 0,
      failed: 0,
      pending: 0,
      canceled: 0,
      successRate: null,
      volume: [],
    });
    expect(failures).toEqual([]);
  });

  it('count each payment once, in the step of its creation, whatever its state', () => {
    const times = fc.integer({ min: period.from - HOUR_MS, max: period.to + HOUR_MS });
    fc.assert(
      fc.property(fc.array(fc.tuple(times, fc.constantFrom(...PAYMENT_STATUSES))), (each) => {
        const { data } = count(...each.map(([at, status]) => payment({ createdAt: new Date(at), status })));
        const inside = each.filter(([at]) => at >= period.from && at < period.to);
        expect(data.reduce((sum, { payments }) => sum + payments, 0)).toBe(inside.length);
        for (const { start, payments, completed, failed, pending, canceled } of data) {
          const begin = start.getTime();
          expect(payments).toBe(inside.filter(([at]) => at >= begin && at < begin + HOUR_MS).length);
          expect(completed + failed + pending + canceled).toBe(payments);
        }
      }),
    );
  });

  it('add up captured and refunded amounts by currency, exactly beyond 2^53', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const { data } = count(
      payment({ amountCaptured: most }),
      payment({ amountCaptured: most }),
      payment({ amountCaptured: 2 }),
      payment({ status: 'refunded', currency: 'JPY', amountCaptured: 500, amountRefunded: 500 }),
      payment({ status: 'authorized', currency: 'EUR', amountCaptured: 0 }),
    );
    expect(data.at(-1)?.volume).toEqual([
      { currency: 'JPY', amount: 500, refunded: 500 },
      { currency: 'USD', amount: 180143985094819.84, refunded: 0 },
    ]);
  });

  it('have the most frequent failure first, and a rate of those with an outcome', () => {
    const declined = (declineCode: string | null) =>
      payment({ status: 'failed', amountCaptured: 0, failure: { code: 'card_declined', declineCode } });
    const { data, failures } = count(
      declined(null),
      declined('insufficient_funds'),
      declined('insufficient_funds'),
      payment(),
      payment({ status: 'pending', amountCaptured: 0 }),
    );
    expect(failures).toEqual([
      { code: 'card_declined', declineCode: 'insufficient_funds', count: 2 },
      { code: 'card_declined', declineCode: null, count: 1 },
    ]);
    expect(data.at(-1)).toMatchObject({ payments: 5, completed: 1, failed: 3, pending: 1, successRate: 0.25 });
  });
});
