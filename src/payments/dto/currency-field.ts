import { decimalsOf } from '../../platform/common/currencies.js';
import { decimalPlaces } from '../../platform/common/money.js';
import { TextField } from '../../platform/validation/fields.js';
import { type Rule, Satisfies } from '../../platform/validation/rule.js';
import { tooManyDecimals } from '../money-of.js';

/** An ISO 4217 code. */
export function CurrencyField(): PropertyDecorator {
  const isCurrency = Satisfies({
    type: 'enum',
    msg: 'Input should be an ISO 4217 currency code',
    ctx: { expected: 'an ISO 4217 currency code' },
    test: (value) => decimalsOf(String(value)) !== undefined,
  });
  const isCode = TextField({ description: 'ISO 4217, upper case.', example: 'USD', pattern: /^[A-Z]{3}$/ });
  return (target, property) => {
    isCode(target, property);
    isCurrency(target, property);
  };
}

/**
 * The amount has at most as many decimals as the `currency` of the same body: one rule for each number of decimals that
 * a currency can have.
 */
export const FITS_CURRENCY: readonly Rule[] = [0, 2, 3, 4].map((decimals) => ({
  ...tooManyDecimals(decimals),
  test: (value: unknown, target: object) =>
    decimalsOf((target as { readonly currency: string }).currency) !== decimals ||
    decimalPlaces(Number(value)) <= decimals,
}));
