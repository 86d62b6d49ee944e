import { decimalsOf } from '../platform/common/currencies.js';
import { decimalPlaces, Money } from '../platform/common/money.js';
import { InvalidFieldError, type Refusal } from '../platform/errors/invalid-field.error.js';

/** Why an amount with more than `decimals` decimals is refused. */
export function tooManyDecimals(decimals: number): Refusal {
  return {
    type: 'decimal_max_places',
    msg: `Decimal input should have no more than ${decimals} decimal place${decimals === 1 ? '' : 's'}`,
    ctx: { decimal_places: decimals },
  };
}

/**
 * An amount in major units, in the currency of its payment. Throws InvalidFieldError if it has more decimals than
 * that.
 */
export function moneyOf(major: number, currency: string): Money {
  const decimals = decimalsOf(currency) ?? 0;
  if (decimalPlaces(major) > decimals) throw new InvalidFieldError('amount', tooManyDecimals(decimals), major);
  return Money.ofMajor(major, currency);
}
