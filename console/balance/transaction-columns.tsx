import { Anchor } from '@mantine/core';
import { Link } from 'wouter';
import type { BalanceTransaction } from '../gateway/money-types.js';
import { Amount } from '../parts/amount.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { shortenId } from '../parts/shorten.js';
import { wordsOf } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { sourcePath } from './source-path.js';

/** What a transaction is about, as a link to its page. */
export function Source({ id }: { readonly id: string | null }) {
  const path = id === null ? null : sourcePath(id);
  if (id === null) return null;
  if (path === null) return <Id id={id} />;
  return (
    <Anchor component={Link} href={path} size="sm" ff="monospace">
      {shortenId(id)}
    </Anchor>
  );
}

export const TRANSACTION_COLUMNS: readonly Column<BalanceTransaction>[] = [
  {
    id: 'net',
    header: 'Net',
    align: 'right',
    cell: ({ net, currency }) => <Amount value={net} currency={currency} />,
  },
  { id: 'type', header: 'Type', cell: ({ type }) => wordsOf(type) },
  {
    id: 'amount',
    header: 'Amount',
    align: 'right',
    cell: ({ amount, currency }) => <Amount value={amount} currency={currency} />,
  },
  {
    id: 'fee',
    header: 'Fee',
    align: 'right',
    cell: ({ fee, currency }) => <Amount value={fee} currency={currency} />,
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'about', header: 'About', cell: ({ source }) => <Source id={source} /> },
  { id: 'payout', header: 'Payout', cell: ({ payoutId }) => <Source id={payoutId} /> },
  { id: 'availableOn', header: 'Available', cell: ({ availableOn }) => <Time at={availableOn} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
