import type { Payment } from '../../client/payments.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

export const PAYMENT_COLUMNS: readonly Column<Payment>[] = [
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  { id: 'customer', header: 'Customer', cell: ({ customerName }) => customerName },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    id: 'why',
    header: 'Reason',
    cell: ({ failure }) => (failure ? (failure.declineCode ?? failure.code).replaceAll('_', ' ') : ''),
  },
  { id: 'order', header: 'Order', cell: ({ orderReference }) => orderReference ?? '' },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
