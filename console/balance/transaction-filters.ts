import type { Filter } from '../parts/filter-bar.js';
import { hasFilters, type Query } from '../parts/filters.js';

/** The filters of balance transactions, as GET /balance/transactions has them. */
export const TRANSACTION_FILTERS: readonly Filter[] = [
  {
    name: 'type',
    label: 'Type',
    options: [
      'payment',
      'refund',
      'refund_failed',
      'dispute',
      'dispute_reversal',
      'payout',
      'payout_failed',
      'payout_canceled',
      'adjustment',
    ],
  },
  { name: 'currency', label: 'Currency', placeholder: 'USD' },
  { name: 'source', label: 'About', placeholder: 'txn_…, ref_…, dsp_… or po_…' },
  { name: 'payout', label: 'Payout', placeholder: 'po_…' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
];

/** The filters of payouts, as GET /payouts has them. */
export const PAYOUT_FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', options: ['pending', 'in_transit', 'paid', 'failed', 'canceled'] },
];

/** The events that come with a new balance transaction. */
const WITH_TRANSACTION: readonly string[] = [
  'payment.completed',
  'refund.created',
  'refund.failed',
  'dispute.funds_withdrawn',
  'dispute.funds_reinstated',
  'payout.created',
  'payout.failed',
  'payout.canceled',
];

/** Whether an event comes with a new row of the whole list; a filtered one is not told. */
export function isNewTransaction({ type }: { readonly type: string }, query: Query): boolean {
  return WITH_TRANSACTION.includes(type) && isNewest(query);
}

export function isNewPayout({ type }: { readonly type: string }, query: Query): boolean {
  return type === 'payout.created' && isNewest(query);
}

const isNewest = (query: Query): boolean =>
  !hasFilters(query) && query.startingAfter === undefined && query.endingBefore === undefined;
