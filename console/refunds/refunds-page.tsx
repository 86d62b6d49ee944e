import type { Refund } from '../../client/payments.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import type { Filter } from '../parts/filter-bar.js';
import { hasFilters, type Query } from '../parts/filters.js';
import { ListPage } from '../parts/list-page.js';
import { REFUND_COLUMNS } from './refund-columns.js';

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', options: ['pending', 'completed', 'failed', 'canceled'] },
  { name: 'payment', label: 'Payment', placeholder: 'txn_…' },
  { name: 'orderReference', label: 'Order' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
];

const hrefOf = ({ id }: Refund): string => `/refunds/${id}`;
const isNew = ({ type }: { readonly type: string }, query: Query): boolean =>
  type === 'refund.created' && !hasFilters(query) && query.startingAfter === undefined;

export default function RefundsPage() {
  return (
    <ListPage
      title="Refunds"
      lead="What was given back to customers, whole payments and parts of them."
      what="refunds"
      filters={FILTERS}
      columns={REFUND_COLUMNS}
      subject={keys.refunds}
      list={(query, signal) => gateway.refunds.list(query, { signal })}
      hrefOf={hrefOf}
      isNew={isNew}
      empty={{
        sentence: 'Refunds are made on the page of a completed payment, or by the API.',
        curl: `curl ${location.origin}/api/v1/payments/$PAYMENT/refunds -X POST \\
  -H "X-API-Key: $MPG_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"amount": 5}'`,
      }}
    />
  );
}
