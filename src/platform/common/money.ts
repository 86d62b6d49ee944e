import { decimalsOf } from './currencies.js';

/** No ISO 4217 currency has more decimals than this. */
const MAX_DECIMALS = 4;

/** Largest amount in major units. With four decimals it has 15 digits, which a double keeps exactly. */
export const MAX_MAJOR_AMOUNT = 99_999_999_999;

/**
 * An amount of one currency: a whole number of its minor units (cents), never a fraction.
 * Only this class reads and writes the v1 wire form, a decimal number in major units.
 */
export class Money {
  private constructor(
    /** In minor units of the currency. */
    readonly minor: number,
    /** ISO 4217. */
    readonly currency: string,
  ) {}

  /** Throws RangeError if `minor` is not a whole number of minor units, or `currency` not a currency. */
  static ofMinor(minor: number, currency: string): Money {
    if (!Number.isSafeInteger(minor) || minor < 0)
      throw new RangeError(`${String(minor)} is no amount in minor units.`);
    if (decimalsOf(currency) === undefined) throw new RangeError(`${currency} is no ISO 4217 currency.`);
    return new Money(minor, currency);
  }

  /** `19.99` of USD is 1999 minor units. Throws RangeError if the number does not fit the currency exactly. */
  static ofMajor(major: number, currency: string): Money {
    const decimals = decimalsOf(currency) ?? 0;
    if (Math.abs(major) > MAX_MAJOR_AMOUNT || decimalPlaces(major) > decimals) {
      throw new RangeError(`${major} is no amount of ${currency}.`);
    }
    return Money.ofMinor(shiftPoint(major, decimals), currency);
  }

  /** The number of the v1 wire form, in major units. */
  get major(): number {
    // Both are exact integers, so the quotient is the double nearest to the decimal number and prints like it.
    return this.minor / 10 ** (decimalsOf(this.currency) ?? 0);
  }

  /** For people: `12.50 USD`. */
  get text(): string {
    return `${this.major.toFixed(decimalsOf(this.currency) ?? 0)} ${this.currency}`;
  }

  /** In ten-thousandths of a major unit. Orders amounts of different currencies by their number, unconverted. */
  get comparable(): number {
    return this.minor * 10 ** (MAX_DECIMALS - (decimalsOf(this.currency) ?? 0));
  }
}

/**
 * Converts a sum of amounts to major units, for display only. Sums beyond 2^53 minor units are rounded to the nearest
 * double, so this never fails.
 */
export function majorOfSum(minor: number, currency: string): number {
  return minor / 10 ** (decimalsOf(currency) ?? 0);
}

/** The same for a sum that is exact at any size: the nearest double to it. */
export function majorOfExactSum(minor: bigint, currency: string): number {
  return Number(`${minor}e-${decimalsOf(currency) ?? 0}`);
}

/** Number of decimals in the shortest decimal form of a finite number: 0.30 → 1, 1e-7 → 7, 1e21 → 0. */
export function decimalPlaces(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const fraction = mantissa.split('.')[1]?.length ?? 0;
  return Math.max(0, fraction - Number(exponent));
}

/** `value · 10^places`, exactly: it changes the exponent in the text, so no multiplication rounds. */
function shiftPoint(value: number, places: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`);
}

/**
 * Converts a number in major units of any currency to a bound on `Money.comparable`. A number between two
 * representable amounts is rounded up for a minimum and down for a maximum.
 */
export function comparableBound(major: number, side: 'min' | 'max'): number {
  const scaled = shiftPoint(major, MAX_DECIMALS);
  return side === 'min' ? Math.ceil(scaled) : Math.floor(scaled);
}

/** A sum in major units as decimal text, exact at any size: `-19.99`. */
export function exactText(minor: bigint, currency: string): string {
  const decimals = decimalsOf(currency) ?? 0;
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  if (decimals === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
