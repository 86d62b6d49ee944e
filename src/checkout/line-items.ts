import { decimalPlaces, MAX_MAJOR_AMOUNT, majorOfSum, Money } from '../platform/common/money.js';
import { decimalsOf } from '../platform/common/currencies.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { tooManyDecimals } from '../payments/money-of.js';
import type { LineItem } from './checkout-state.js';

export const MAX_LINE_ITEMS = 100;
export const MAX_ITEM_NAME = 200;
export const MAX_QUANTITY = 10_000;

/** What is wrong with a field of an item. */
type Problem = readonly [type: string, msg: string, ctx?: Readonly<Record<string, unknown>>];

const FIELDS = ['name', 'amount', 'quantity'] as const;

/** Reads the items of an order as they were sent. Throws ValidationFailedError with all that is wrong. */
export function readLineItems(sent: readonly unknown[], total: Money): LineItem[] {
  const violations = sent.flatMap((item, index) =>
    problemsOf(item, total.currency).map(({ field, value, problem: [type, msg, ctx = {}] }) => ({
      loc: ['body', 'lineItems', index, ...(field === null ? [] : [field])],
      type,
      msg,
      input: value ?? null,
      ctx,
    })),
  );
  if (violations.length > 0) throw new ValidationFailedError(violations);
  const items = (sent as readonly LineItem[]).map(({ name, amount, quantity }) => ({
    name: name.trim(),
    amount: Money.ofMajor(amount, total.currency).minor,
    quantity,
  }));
  assertSum(items, total);
  return items;
}

function problemsOf(item: unknown, currency: string): { field: string | null; value: unknown; problem: Problem }[] {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return [{ field: null, value: item, problem: ['dict_type', 'Input should be a JSON object'] }];
  const fields = item as Readonly<Record<string, unknown>>;
  const problems = FIELDS.flatMap((field) => {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const problem: Problem | null =
      value === undefined ? ['missing', 'Field required'] : CHECKS[field](value, currency);
    return problem === null ? [] : [{ field, value, problem }];
  });
  const unknown = Object.keys(fields).filter((name) => !(FIELDS as readonly string[]).includes(name));
  return [
    ...problems,
    ...unknown.map((field) => ({
      field,
      value: fields[field],
      problem: ['extra_forbidden', 'Extra inputs are not permitted'] as const,
    })),
  ];
}

const CHECKS: Readonly<Record<(typeof FIELDS)[number], (value: unknown, currency: string) => Problem | null>> = {
  name: (value) => {
    if (typeof value !== 'string') return ['string_type', 'Input should be a valid string'];
    const { length } = Array.from(value.trim());
    if (length === 0) return ['string_too_short', 'String should have at least 1 character', { min_length: 1 }];
    return length > MAX_ITEM_NAME
      ? ['string_too_long', `String should have at most ${MAX_ITEM_NAME} characters`, { max_length: MAX_ITEM_NAME }]
      : null;
  },
  amount: (value, currency) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return ['decimal_type', 'Input should be a number'];
    if (value <= 0) return ['greater_than', 'Input should be greater than 0', { gt: 0 }];
    if (value > MAX_MAJOR_AMOUNT)
      return ['less_than_equal', `Input should be less than or equal to ${MAX_MAJOR_AMOUNT}`, { le: MAX_MAJOR_AMOUNT }];
    const decimals = decimalsOf(currency) ?? 0;
    const { type, msg, ctx = {} } = tooManyDecimals(decimals);
    return decimalPlaces(value) > decimals ? [type, msg, ctx] : null;
  },
  quantity: (value) => {
    if (!Number.isSafeInteger(value)) return ['int_parsing', 'Input should be a valid integer'];
    const quantity = value as number;
    if (quantity < 1) return ['greater_than_equal', 'Input should be greater than or equal to 1', { ge: 1 }];
    return quantity > MAX_QUANTITY
      ? ['less_than_equal', `Input should be less than or equal to ${MAX_QUANTITY}`, { le: MAX_QUANTITY }]
      : null;
  },
};

/** Sums that no number keeps exactly are larger than every total, so they are refused too. */
function assertSum(items: readonly LineItem[], total: Money): void {
  const sum = items.reduce((minor, { amount, quantity }) => minor + amount * quantity, 0);
  if (sum === total.minor) return;
  const shown = Number.isSafeInteger(sum) ? Money.ofMinor(sum, total.currency).text : 'more than any amount';
  throw ValidationFailedError.at(
    ['body', 'lineItems'],
    'line_items_sum',
    `The line items add up to ${shown}, and the amount is ${total.text}; they should be equal`,
    null,
    { sum: majorOfSum(sum, total.currency), amount: total.major },
  );
}
