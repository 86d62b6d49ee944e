import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_FEES, FEES_PATTERN, parseFees } from '../platform/config/fees.js';
import { availableOn, dayOf } from './available-on.js';
import { captureFee, disputeFee } from './fees.js';

describe('The fee of a capture', () => {
  it.each([
    [1999, 'USD', 88],
    [100, 'USD', 33],
    [20, 'USD', 20],
    [1000, 'JPY', 59],
    [10_000, 'KWD', 390],
  ])('of %d minor units of %s is %d by default', (amount, currency, fee) => {
    expect(captureFee(amount, currency, DEFAULT_FEES)).toBe(fee);
  });

  it('is rounded half to even', () => {
    expect([100, 300, 500, 700].map((amount) => captureFee(amount, 'USD', '2.5% + 0'))).toEqual([2, 8, 12, 18]);
  });

  it('is never less than nothing nor more than the amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 15 }), fc.constantFrom('USD', 'JPY', 'KWD'), (amount, currency) => {
        const fee = captureFee(amount, currency, DEFAULT_FEES);
        return Number.isSafeInteger(fee) && fee >= 0 && fee <= amount;
      }),
    );
  });

  it('comes from a setting that says its parts', () => {
    expect(parseFees('1.25% + 5, JPY 1, KWD 20')).toEqual({
      rate: 12_500,
      fixed: 5,
      fixedOf: new Map([
        ['JPY', 1],
        ['KWD', 20],
      ]),
    });
    expect(FEES_PATTERN.test(DEFAULT_FEES)).toBe(true);
    for (const wrong of ['', '3', '3%', '3% - 1', '100% + 0', '3% + 0.5', '3% + 1, yen 2'])
      expect(FEES_PATTERN.test(wrong)).toBe(false);
  });

  it('of a dispute is 15.00, and another amount where that would be next to nothing', () => {
    expect([disputeFee('USD'), disputeFee('EUR'), disputeFee('JPY'), disputeFee('KWD')]).toEqual([
      1500, 1500, 1500, 5000,
    ]);
  });
});

describe('Captured funds are available', () => {
  it.each([
    ['2026-01-26T23:59:59.999Z', 2, '2026-01-28T00:00:00.000Z'],
    ['2026-01-29T09:00:00.000Z', 2, '2026-02-02T00:00:00.000Z'],
    ['2026-01-31T09:00:00.000Z', 1, '2026-02-02T00:00:00.000Z'],
    ['2026-02-01T00:00:00.000Z', 2, '2026-02-03T00:00:00.000Z'],
    ['2026-01-29T09:00:00.000Z', 0, '2026-01-29T09:00:00.000Z'],
  ])('when captured at %s, %d business days later at %s', (captured, days, available) => {
    expect(availableOn(new Date(captured), days)).toEqual(new Date(available));
  });

  it('never on a weekend, and never earlier if captured later', () => {
    const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 30 }), (a, b, days) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const day = availableOn(first, days);
        expect([1, 2, 3, 4, 5]).toContain(day.getUTCDay());
        expect(day).toEqual(dayOf(day));
        expect(day <= availableOn(second, days)).toBe(true);
      }),
    );
  });
});
