import { describe, expect, it } from '@jest/globals';
import { currenciesOf, pointsOf, type Statistics, totalRate } from './statistics.js';

const at = (start: string, more: object) => ({
  start,
  payments: 0,
  completed: 0,
  failed: 0,
  successRate: null,
  volume: [],
  ...more,
});

const statistics = {
  by: 'hour',
  data: [
    at('2026-01-31T08:00:00.000Z', {
      payments: 3,
      completed: 2,
      failed: 1,
      successRate: 2 / 3,
      volume: [
        { currency: 'EUR', amount: 5, refunded: 0 },
        { currency: 'USD', amount: 10, refunded: 0 },
      ],
    }),
    at('2026-01-31T09:00:00.000Z', {
      payments: 1,
      completed: 1,
      successRate: 1,
      volume: [{ currency: 'USD', amount: 2.5, refunded: 0 }],
    }),
    at('2026-01-31T10:00:00.000Z', {}),
  ],
} as unknown as Statistics;

describe('The figures of the home page', () => {
  it('have the most used currency first', () => {
    expect(currenciesOf(statistics)).toEqual(['USD', 'EUR']);
  });

  it('are those of one currency, with nothing where nothing was', () => {
    expect(pointsOf(statistics, 'EUR').map(({ volume, successRate }) => [volume, successRate])).toEqual([
      [5, 66.7],
      [0, 100],
      [0, null],
    ]);
  });

  it('have one rate over all, and none without outcomes', () => {
    expect(totalRate(statistics)).toBe(75);
    expect(totalRate({ data: [] })).toBeNull();
  });
});
