import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalsOf } from './currencies.js';
import { comparableBound, decimalPlaces, MAX_MAJOR_AMOUNT, Money } from './money.js';

const CURRENCIES = ['JPY', 'USD', 'EUR', 'KWD', 'CLF'] as const;

const scaleOf = (currency: string): number => decimalsOf(currency) ?? 0;

/** An amount as a client writes it, with as many decimals as the currency has. */
const written = fc.constantFrom(...CURRENCIES).chain((currency) =>
  fc.bigInt({ min: 1n, max: BigInt(MAX_MAJOR_AMOUNT) * 10n ** BigInt(scaleOf(currency)) }).map((minor) => {
    const digits = minor.toString().padStart(scaleOf(currency) + 1, '0');
    const point = digits.length - scaleOf(currency);
    const text = scaleOf(currency) === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
    return { currency, minor: Number(minor), text };
  }),
);

describe('Money', () => {
  it('reads every decimal amount exactly', () => {
    fc.assert(
      fc.property(written, ({ currency, minor, text }) => Money.ofMajor(Number(text), currency).minor === minor),
      { numRuns: 2000 },
    );
  });

  it('returns every amount as the number that was written', () => {
    fc.assert(
      fc.property(written, ({ currency, minor, text }) => {
        expect(Money.ofMinor(minor, currency).major).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('never has more decimals in JSON than the currency has', () => {
    fc.assert(
      fc.property(
        written,
        ({ currency, minor }) => decimalPlaces(Money.ofMinor(minor, currency).major) <= scaleOf(currency),
      ),
      { numRuns: 2000 },
    );
  });

  it('never rounds: refuses an amount that does not fit the currency', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CURRENCIES),
        fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
        (currency, major) => {
          let money: Money;
          try {
            money = Money.ofMajor(major, currency);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          expect(money.major).toBe(major + 0);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([[NaN], [Infinity], [-Infinity], [-1], [-0.01], [1e21], [MAX_MAJOR_AMOUNT + 1], [0.1 + 0.2], [1e-7]])(
    'refuses %d USD',
    (major) => {
      expect(() => Money.ofMajor(major, 'USD')).toThrow(RangeError);
    },
  );

  it.each([[0.5], [NaN], [-1], [2 ** 53]])('refuses %d minor units', (minor) => {
    expect(() => Money.ofMinor(minor, 'USD')).toThrow(RangeError);
  });

  it.each(['usd', 'XXX', '', 'ABC', '__proto__'])('refuses the currency %j', (currency) => {
    expect(() => Money.ofMajor(1, currency)).toThrow(RangeError);
    expect(() => Money.ofMinor(1, currency)).toThrow(RangeError);
  });

  it('orders amounts of all currencies by their number in major units', () => {
    fc.assert(
      fc.property(written, written, (a, b) => {
        const [left, right] = [Money.ofMinor(a.minor, a.currency), Money.ofMinor(b.minor, b.currency)];
        expect(Number.isSafeInteger(left.comparable)).toBe(true);
        expect(Math.sign(left.comparable - right.comparable)).toBe(Math.sign(left.major - right.major));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('comparableBound', () => {
  it('includes exactly the amounts within the bound, the bound included', () => {
    const bound = fc.integer({ min: 0, max: 10 ** 9 }).map((tenThousandths) => tenThousandths / 10_000);
    fc.assert(
      fc.property(written, bound, ({ minor, currency }, limit) => {
        const money = Money.ofMinor(minor, currency);
        expect(money.comparable >= comparableBound(limit, 'min')).toBe(money.major >= limit);
        expect(money.comparable <= comparableBound(limit, 'max')).toBe(money.major <= limit);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('decimalPlaces', () => {
  it.each([
    [0, 0],
    [1, 0],
    [0.3, 1],
    [1.25, 2],
    [1e21, 0],
    [1e-7, 7],
    [1.5e-7, 8],
    [-0.001, 3],
    [0.1 + 0.2, 17],
  ])('of %d is %d', (value, places) => {
    expect(decimalPlaces(value)).toBe(places);
  });
});
