import type { Refund } from '../../client/payments.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

export const REFUND_COLUMNS: readonly Column<Refund>[] = [
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'reason', header: 'Reason', cell: ({ reason }) => reason ?? '' },
  { id: 'payment', header: 'Payment', cell: ({ paymentId }) => <Id id={paymentId} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
