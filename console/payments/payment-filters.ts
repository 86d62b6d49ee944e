import type { Payment } from '../../client/payments.js';
import type { Filter } from '../parts/filter-bar.js';
import { hasFilters, type Query } from '../parts/filters.js';

export const PAYMENT_STATUSES: readonly Payment['status'][] = [
  'pending',
  'requires_action',
  'authorized',
  'completed',
  'refunded',
  'voided',
  'canceled',
  'failed',
];

/** The filters of payments, as GET /payments has them. */
export const PAYMENT_FILTERS: readonly Filter[] = [
  { name: 'search', label: 'Search', placeholder: 'Id, order or name' },
  { name: 'status', label: 'Status', options: PAYMENT_STATUSES },
  { name: 'currency', label: 'Currency', placeholder: 'USD' },
  { name: 'minAmount', label: 'From amount', kind: 'number' },
  { name: 'maxAmount', label: 'To amount', kind: 'number' },
  { name: 'customerName', label: 'Customer', placeholder: 'The whole name' },
  { name: 'orderReference', label: 'Order' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
  { name: 'sortBy', label: 'Sorted by', options: ['createdAt', 'amount'] },
];

/** Whether a new payment belongs to a list with these filters; without an answer, it does not. */
export function isNewPayment({ type, data }: { readonly type: string; readonly data: unknown }, query: Query): boolean {
  if (type !== 'payment.created' || query.startingAfter !== undefined || query.endingBefore !== undefined) return false;
  if (!hasFilters(query)) return true;
  const { status, currency, amount, customerName, orderReference } = data as Payment;
  const { search, sortBy, createdAfter, createdBefore, minAmount, maxAmount, ...equal } = query;
  if (search !== undefined || sortBy !== undefined || createdBefore !== undefined || createdAfter !== undefined)
    return false;
  const fields: Readonly<Record<string, string | null>> = { status, currency, customerName, orderReference };
  return (
    amount >= Number(minAmount ?? -Infinity) &&
    amount <= Number(maxAmount ?? Infinity) &&
    Object.entries(equal).every(([name, value]) => fields[name] === value)
  );
}
