import { comparableBound } from '../../platform/common/money.js';
import { idBetween } from '../../platform/database/page.js';
import {
  EndingBeforeField,
  LimitField,
  MAX_PAGE_SIZE,
  pageOf,
  StartingAfterField,
} from '../../platform/http/page-query.dto.js';
import { DateField } from '../../platform/validation/date-field.js';
import { ChoiceField, Field, TextField } from '../../platform/validation/fields.js';
import { QueryIntegerField } from '../../platform/validation/number-field.js';
import type { Rule } from '../../platform/validation/rule.js';
import { metadataKey } from '../metadata-keys.js';
import type { PageOfPayments, PaymentFilter, PaymentQuery } from '../payment-lists.service.js';
import type { PaymentOrder } from '../payment-order.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-lifecycle.js';
import { MetadataField, OrderReferenceField } from './metadata-field.js';

const SORT_FIELDS = ['amount', 'createdAt'] as const;
const SORT_ORDERS = ['asc', 'desc'] as const;

/** A decimal number in a query string, with at most the 15 digits that a double keeps. */
const decimalText: Rule = {
  type: 'decimal_parsing',
  msg: 'Input should be a decimal number',
  test: (value) => typeof value === 'string' && /^-?\d{1,11}(\.\d{1,4})?$/.test(value),
};

const amountField = (description: string) =>
  Field({ description, optional: true }, { type: 'number', format: 'double' }, [decimalText]);

/** Which payments a list shows, and in what order. */
class PaymentFiltersDto {
  @amountField('Only payments of at least this amount, in major units.')
  readonly minAmount?: string;

  @amountField('Only payments of at most this amount, in major units.')
  readonly maxAmount?: string;

  @ChoiceField(SORT_FIELDS, {
    description: 'What to sort by; `createdAt` if not given.',
    enumName: 'PaymentSortField',
    optional: true,
  })
  readonly sortBy?: (typeof SORT_FIELDS)[number];

  @ChoiceField(SORT_ORDERS, { description: '`desc` if not given.', enumName: 'SortOrder', optional: true })
  readonly sortOrder?: (typeof SORT_ORDERS)[number];

  @ChoiceField(PAYMENT_STATUSES, {
    description: 'Only payments in this status.',
    enumName: 'PaymentStatus',
    optional: true,
  })
  readonly status?: PaymentStatus;

  @TextField({ description: 'Only payments in this currency.', pattern: /^[A-Z]{3}$/, optional: true })
  readonly currency?: string;

  @TextField({
    description: 'Only payments of customers whose name begins so; upper and lower case differ.',
    minLength: 1,
    maxLength: 200,
    optional: true,
  })
  readonly customerName?: string;

  @OrderReferenceField()
  readonly orderReference?: string;

  @DateField({ description: 'Only payments from this moment on.', optional: true })
  readonly createdAfter?: string;

  @DateField({ description: 'Only payments before this moment.', optional: true })
  readonly createdBefore?: string;

  protected filter(): PaymentFilter {
    return {
      equal: {
        ...(this.status && { status: this.status }),
        ...(this.currency && { currency: this.currency }),
        ...(this.orderReference && { orderReference: this.orderReference }),
        ...idBetween('txn', this.createdAfter, this.createdBefore),
      },
      ...(this.customerName && { customerNamePrefix: this.customerName }),
      ...(this.minAmount !== undefined && { min: comparableBound(Number(this.minAmount), 'min') }),
      ...(this.maxAmount !== undefined && { max: comparableBound(Number(this.maxAmount), 'max') }),
    };
  }

  protected order(): PaymentOrder {
    return { sortBy: this.sortBy ?? 'createdAt', sortOrder: this.sortOrder ?? 'desc' };
  }
}

/** GET /payments/query. */
export class QueryPaymentsDto extends PaymentFiltersDto {
  @QueryIntegerField({
    description: 'At most so many; all if neither this nor `startingAfter` is given.',
    min: 1,
    max: MAX_PAGE_SIZE,
    optional: true,
  })
  readonly limit?: string;

  @StartingAfterField('txn')
  readonly startingAfter?: string;

  toQuery(): PaymentQuery {
    const paged = Boolean(this.limit ?? this.startingAfter);
    return {
      filter: this.filter(),
      order: this.order(),
      ...(paged && { page: pageOf(this) }),
    };
  }
}

/** GET /payments. */
export class ListPaymentsDto extends PaymentFiltersDto {
  @DateField({ description: 'Only payments that were changed at this moment or later.', optional: true })
  readonly updatedAfter?: string;

  @TextField({
    description:
      'Only payments with this id, or whose order reference begins so, or one of the first four words of whose customer name does; upper and lower case and accents of names are the same. The first 40 characters count.',
    minLength: 1,
    maxLength: 100,
    trimmed: true,
    optional: true,
  })
  readonly search?: string;

  @MetadataField('Only payments that have each of these pairs, as in `metadata[cart]=42`')
  readonly metadata?: Readonly<Record<string, string>>;

  @LimitField()
  readonly limit?: string;

  @StartingAfterField('txn')
  readonly startingAfter?: string;

  @EndingBeforeField('txn')
  readonly endingBefore?: string;

  toQuery(): PageOfPayments {
    const keys = Object.entries(this.metadata ?? {}).map(([name, value]) => metadataKey(name, value));
    return {
      filter: {
        ...this.filter(),
        ...(keys.length > 0 && { metadataKeys: keys }),
        ...(this.search && { search: this.search.trim() }),
        ...(this.updatedAfter && { updatedAfter: new Date(this.updatedAfter) }),
      },
      order: this.order(),
      page: pageOf(this),
    };
  }
}
