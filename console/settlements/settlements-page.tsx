import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Source } from '../balance/transaction-columns.js';
import { gateway } from '../gateway/gateway.js';
import type { SettlementSummary } from '../gateway/money-types.js';
import { keys } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import type { Filter } from '../parts/filter-bar.js';
import { hasFilters, type Query } from '../parts/filters.js';
import { ListPage } from '../parts/list-page.js';
import { useNow } from '../parts/now.js';
import { Time } from '../parts/time.js';

const FILTERS: readonly Filter[] = [
  { name: 'day', label: 'Day', placeholder: '2026-01-31' },
  { name: 'payout', label: 'Payout', placeholder: 'po_…' },
];

const COLUMNS: readonly Column<SettlementSummary>[] = [
  { id: 'of', header: 'Report of', cell: ({ day }) => day ?? 'a payout' },
  { id: 'currency', header: 'Currency', cell: ({ currency }) => currency },
  { id: 'payout', header: 'Payout', cell: ({ payoutId }) => <Source id={payoutId} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];

const hrefOf = ({ id }: SettlementSummary): string => `/settlements/${id}`;
const isNew = ({ type }: { readonly type: string }, query: Query): boolean =>
  type === 'payout.created' && !hasFilters(query) && query.startingAfter === undefined;

/** The report of today, by the account's clock. */
function Today() {
  const day = new Date(useNow()).toISOString().slice(0, 10);
  return (
    <Button component={Link} href={`/settlements?day=${day}`} variant="default">
      Reports of today
    </Button>
  );
}

export default function SettlementsPage() {
  return (
    <ListPage
      title="Settlements"
      lead="Reports of payouts, row by row; with a day as filter, of all that happened on it."
      actions={<Today />}
      what="reports"
      filters={FILTERS}
      columns={COLUMNS}
      subject={keys.settlements}
      list={(query, signal) => gateway.settlements.list(query, { signal })}
      hrefOf={hrefOf}
      isNew={isNew}
      empty={{
        sentence: 'Each payout has a report here. Make one on the page of the balance, or choose a day as filter.',
        action: (
          <Button component={Link} href="/balance?tab=payouts">
            Payouts
          </Button>
        ),
        curl: `curl "${location.origin}/api/v1/settlements?day=$(date -u +%F)" \\
  -H "X-API-Key: $MPG_API_KEY"`,
      }}
    />
  );
}
