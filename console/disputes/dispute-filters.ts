import type { Dispute } from '../../client/disputes.js';
import type { Filter } from '../parts/filter-bar.js';
import { hasFilters, type Query } from '../parts/filters.js';

const STATUSES: readonly Dispute['status'][] = ['needs_response', 'under_review', 'won', 'lost', 'accepted', 'expired'];
const STAGES: readonly Dispute['stage'][] = ['inquiry', 'chargeback', 'pre_arbitration'];
const REASONS: readonly Dispute['reason'][] = [
  'fraudulent',
  'product_not_received',
  'product_unacceptable',
  'duplicate',
  'credit_not_processed',
  'subscription_canceled',
  'unrecognized',
  'general',
];

/** The filters of disputes, as GET /disputes has them. */
export const DISPUTE_FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', options: STATUSES },
  { name: 'stage', label: 'Stage', options: STAGES },
  { name: 'reason', label: 'Reason', options: REASONS },
  { name: 'paymentId', label: 'Payment', placeholder: 'txn_…' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
];

/** Whether an event is about a new row of the list; with filters other than equality, it does not tell. */
export function isNewDispute({ type, data }: { readonly type: string; readonly data: unknown }, query: Query): boolean {
  if (type !== 'dispute.created' || query.startingAfter !== undefined || query.endingBefore !== undefined) return false;
  if (!hasFilters(query)) return true;
  const { status, stage, reason, paymentId } = data as Dispute;
  const fields: Readonly<Record<string, string>> = { status, stage, reason, paymentId };
  return Object.entries(query).every(([name, value]) => fields[name] === value);
}
