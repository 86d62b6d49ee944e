import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import type { Filter } from '../parts/filter-bar.js';
import { ListPage } from '../parts/list-page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

export type CheckoutSession = Schemas['CheckoutSessionDto'];

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', options: ['open', 'completed', 'expired'] },
  { name: 'orderReference', label: 'Order' },
];

const COLUMNS: readonly Column<CheckoutSession>[] = [
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'order', header: 'Order', cell: ({ orderReference }) => orderReference ?? '' },
  { id: 'payment', header: 'Payment', cell: ({ paymentId }) => (paymentId === null ? '' : <Id id={paymentId} />) },
  { id: 'expires', header: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];

const hrefOf = ({ id }: CheckoutSession): string => `/checkout/${id}`;

export default function CheckoutSessionsPage() {
  return (
    <ListPage
      title="Checkout"
      lead="Hosted pages on which customers pay."
      what="checkout sessions"
      filters={FILTERS}
      columns={COLUMNS}
      subject={keys.checkoutSessions}
      list={(query, signal) => gateway.checkoutSessions.list(query, { signal })}
      hrefOf={hrefOf}
      empty={{
        sentence: 'Make a session, and send your customer to its URL: the page takes test cards, wallets and banks.',
        curl: `curl ${location.origin}/api/v1/checkout/sessions \\
  -H "X-API-Key: $MPG_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{
  "amount": 19.99,
  "currency": "USD",
  "successUrl": "http://127.0.0.1:4000/done?session={CHECKOUT_SESSION_ID}",
  "cancelUrl": "http://127.0.0.1:4000/cart"
}'`,
      }}
    />
  );
}
