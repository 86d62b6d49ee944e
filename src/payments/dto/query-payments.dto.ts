import { comparableBound } from '../../common/money.js';
import { ChoiceField, Field } from '../../common/validation/fields.js';
import type { Rule } from '../../common/validation/rule.js';
import type { PaymentQuery } from '../payments.service.js';

const SORT_FIELDS = ['amount', 'createdAt'] as const;
const SORT_ORDERS = ['asc', 'desc'] as const;

/** A plain decimal number as a query string has it; 15 digits are what a double keeps. */
const decimalText: Rule = {
  type: 'decimal_parsing',
  msg: 'Input should be a decimal number',
  test: (value) => typeof value === 'string' && /^-?\d{1,11}(\.\d{1,4})?$/.test(value),
};

const amountField = (description: string) => Field({ description, example: 100.5, optional: true }, { type: 'number' }, [decimalText]);

export class QueryPaymentsDto {
  @(amountField('Only payments of at least this amount, in major units.'))
  readonly minAmount?: string;

  @(amountField('Only payments of at most this amount, in major units.'))
  readonly maxAmount?: string;

  @ChoiceField(SORT_FIELDS, { description: 'What to sort by; `createdAt` if not given.', example: 'amount', optional: true })
  readonly sortBy?: (typeof SORT_FIELDS)[number];

  @ChoiceField(SORT_ORDERS, { description: '`desc` if not given.', example: 'asc', optional: true })
  readonly sortOrder?: (typeof SORT_ORDERS)[number];

  toQuery(): PaymentQuery {
    return {
      ...(this.minAmount !== undefined && { min: comparableBound(Number(this.minAmount), 'min') }),
      ...(this.maxAmount !== undefined && { max: comparableBound(Number(this.maxAmount), 'max') }),
      sortBy: this.sortBy ?? 'createdAt',
      sortOrder: this.sortOrder ?? 'desc',
    };
  }
}
