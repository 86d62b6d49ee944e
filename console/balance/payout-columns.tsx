import type { Payout } from '../gateway/money-types.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

export const PAYOUT_COLUMNS: readonly Column<Payout>[] = [
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'bank', header: 'Bank account', cell: ({ bankAccount }) => bankAccount },
  { id: 'why', header: 'Made', cell: ({ automatic }) => (automatic ? 'by schedule' : 'by hand') },
  { id: 'failure', header: 'Failure', cell: ({ failure }) => failure?.code.replaceAll('_', ' ') ?? '' },
  { id: 'arrival', header: 'Arrives', cell: ({ arrivalDate }) => <Time at={arrivalDate} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
