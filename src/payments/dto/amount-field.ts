import { decimalPlaces, MAX_MAJOR_AMOUNT, Money } from '../../platform/common/money.js';
import { decimalsOf } from '../../platform/common/currencies.js';
import { Field } from '../../platform/validation/fields.js';
import type { Rule } from '../../platform/validation/rule.js';
import { ValidationFailedError } from '../../platform/errors/validation-failed.error.js';

const rules: readonly Rule[] = [
  {
    type: 'decimal_type',
    msg: 'Input should be a number',
    test: (value) => typeof value === 'number' && Number.isFinite(value),
  },
  { type: 'greater_than', msg: 'Input should be greater than 0', ctx: { gt: 0 }, test: (value) => Number(value) > 0 },
  {
    type: 'less_than_equal',
    msg: `Input should be less than or equal to ${MAX_MAJOR_AMOUNT}`,
    ctx: { le: MAX_MAJOR_AMOUNT },
    test: (value) => Number(value) <= MAX_MAJOR_AMOUNT,
  },
];

interface AmountOptions {
  readonly description: string;
  readonly example: number;
  readonly optional?: boolean;
}

/** An amount in major units; whether it fits its currency is for the rules in `more`, or for `amountIn`. */
export function AmountField(options: AmountOptions, more: readonly Rule[] = []): PropertyDecorator {
  return Field(options, { type: 'number', exclusiveMinimum: 0, maximum: MAX_MAJOR_AMOUNT }, [...rules, ...more]);
}

/** What an amount of `decimals` decimals at most is told. */
export function tooManyDecimals(decimals: number): Omit<Rule, 'test'> {
  return {
    type: 'decimal_max_places',
    msg: `Decimal input should have no more than ${decimals} decimal place${decimals === 1 ? '' : 's'}`,
    ctx: { decimal_places: decimals },
  };
}

/** The amount of a body in a currency that only the use case knows. Throws ValidationFailedError. */
export function amountIn(currency: string, major: number): Money {
  const decimals = decimalsOf(currency) ?? 0;
  const { type, msg, ctx } = tooManyDecimals(decimals);
  if (decimalPlaces(major) > decimals) throw ValidationFailedError.at(['body', 'amount'], type, msg, major, ctx);
  return Money.ofMajor(major, currency);
}
