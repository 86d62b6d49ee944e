import type { Dispute } from '../../client/disputes.js';
import { chargeSnippets } from '../charge/charge-snippets.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { ListPage } from '../parts/list-page.js';
import { wordsOf } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { Deadline } from './deadline.js';
import { DISPUTE_FILTERS, isNewDispute } from './dispute-filters.js';

const COLUMNS: readonly Column<Dispute>[] = [
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  { id: 'reason', header: 'Reason', cell: ({ reason }) => wordsOf(reason) },
  { id: 'stage', header: 'Stage', cell: ({ stage }) => <StatusBadge status={stage} /> },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'due', header: 'Answer', cell: (dispute) => <Deadline dispute={dispute} /> },
  { id: 'payment', header: 'Payment', cell: ({ paymentId }) => <Id id={paymentId} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];

const hrefOf = ({ id }: Dispute): string => `/disputes/${id}`;

export default function DisputesPage() {
  return (
    <ListPage
      title="Disputes"
      lead="Payments that customers do not accept, and what their banks decide."
      what="disputes"
      filters={DISPUTE_FILTERS}
      columns={COLUMNS}
      subject={keys.disputes}
      list={(query, signal) => gateway.disputes.list(query, { signal })}
      hrefOf={hrefOf}
      isNew={isNewDispute}
      empty={{
        sentence: 'Charge with a test value that is disputed: the dispute comes some seconds after the payment.',
        curl: chargeSnippets(location.origin, {
          customerName: 'Jenny Rosen',
          paymentAmount: 19.99,
          currency: 'USD',
          paymentMethod: 'pm_card_createDispute',
        }).curl,
      }}
    />
  );
}
