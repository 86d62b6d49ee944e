import { MAX_MAJOR_AMOUNT } from '../../platform/common/money.js';
import { Field } from '../../platform/validation/fields.js';
import type { Rule } from '../../platform/validation/rule.js';

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

/** An amount in major units. The rules in `more`, or `moneyOf`, check that it fits its currency. */
export function AmountField(options: AmountOptions, more: readonly Rule[] = []): PropertyDecorator {
  return Field(options, { type: 'number', exclusiveMinimum: 0, maximum: MAX_MAJOR_AMOUNT }, [...rules, ...more]);
}
