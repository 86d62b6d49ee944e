import { comparableBound } from '../../platform/common/money.js';
import { ID_PATTERN } from '../../platform/common/ids.js';
import { idBetween } from '../../platform/database/page.js';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, Field, TextField } from '../../platform/validation/fields.js';
import { QueryIntegerField } from '../../platform/validation/number-field.js';
import type { Rule } from '../../platform/validation/rule.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';
import { OrderReferenceField } from './metadata-field.js';
import type { PaymentQuery } from '../payment-lists.service.js';

const SORT_FIELDS = ['amount', 'createdAt'] as const;
const SORT_ORDERS = ['asc', 'desc'] as const;

/** A plain decimal number as a query string has it; 15 digits are what a double keeps. */
const decimalText: Rule = {
  type: 'decimal_parsing',
  msg: 'Input should be a decimal number',
  test: (value) => typeof value === 'string' && /^-?\d{1,11}(\.\d{1,4})?$/.test(value),
};

const amountField = (description: string) =>
  Field({ description, example: 100.5, optional: true }, { type: 'number' }, [decimalText]);

export class QueryPaymentsDto {
  @amountField('Only payments of at least this amount, in major units.')
  readonly minAmount?: string;

  @amountField('Only payments of at most this amount, in major units.')
  readonly maxAmount?: string;

  @ChoiceField(SORT_FIELDS, {
    description: 'What to sort by; `createdAt` if not given.',
    example: 'amount',
    optional: true,
  })
  readonly sortBy?: (typeof SORT_FIELDS)[number];

  @ChoiceField(SORT_ORDERS, { description: '`desc` if not given.', example: 'asc', optional: true })
  readonly sortOrder?: (typeof SORT_ORDERS)[number];

  @ChoiceField(PAYMENT_STATUSES, { description: 'Only payments in this status.', example: 'completed', optional: true })
  readonly status?: PaymentStatus;

  @TextField({ description: 'Only payments in this currency.', example: 'USD', pattern: /^[A-Z]{3}$/, optional: true })
  readonly currency?: string;

  @TextField({
    description: 'Only payments of customers whose name begins so; upper and lower case differ.',
    example: 'Acme',
    minLength: 1,
    maxLength: 200,
    optional: true,
  })
  readonly customerName?: string;

  @OrderReferenceField()
  readonly orderReference?: string;

  @DateField({ description: 'Only payments from this moment on.', example: '2025-11-06T00:00:00Z', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only payments before this moment.', example: '2025-11-07T00:00:00Z', optional: true })
  readonly createdBefore?: string;

  @QueryIntegerField({
    description: 'At most so many; all if neither this nor `startingAfter` is given.',
    example: 10,
    min: 1,
    max: MAX_PAGE_SIZE,
    optional: true,
  })
  readonly limit?: string;

  @TextField({
    description:
      'The id after which the page starts, in the order that is asked for; pages have 10 payments unless `limit` says otherwise.',
    example: 'txn_0193a5e2c7f11b2c3d4e5f60',
    pattern: ID_PATTERN,
    optional: true,
  })
  readonly startingAfter?: string;

  toQuery(): PaymentQuery {
    const paged = Boolean(this.limit ?? this.startingAfter);
    return {
      filter: {
        ...(this.status && { status: this.status }),
        ...(this.currency && { currency: this.currency }),
        ...(this.orderReference && { orderReference: this.orderReference }),
        ...idBetween('txn', this.createdAfter, this.createdBefore),
      },
      ...(this.customerName && { customerNamePrefix: this.customerName }),
      ...(paged && { limit: Number(this.limit ?? DEFAULT_PAGE_SIZE) }),
      ...(this.startingAfter && { startingAfter: this.startingAfter }),
      ...(this.minAmount !== undefined && { min: comparableBound(Number(this.minAmount), 'min') }),
      ...(this.maxAmount !== undefined && { max: comparableBound(Number(this.maxAmount), 'max') }),
      sortBy: this.sortBy ?? 'createdAt',
      sortOrder: this.sortOrder ?? 'desc',
    };
  }
}
