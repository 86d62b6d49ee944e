import { Anchor, Button, Group, SegmentedControl, Select, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { chargeSnippets } from '../charge/charge-snippets.js';
import { EVENT_COLUMNS } from '../events/event-columns.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { DataTable } from '../parts/data-table.js';
import { EmptyState } from '../parts/empty-state.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { formatAmount } from '../parts/money.js';
import { useNow } from '../parts/now.js';
import { Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { endpointState } from '../webhooks/endpoint-state.js';
import { currenciesOf, pointsOf, type Statistics, totalRate } from './statistics.js';
import classes from './home.module.css';

const VolumePlot = lazy(async () => ({ default: (await import('./plots.js')).VolumePlot }));
const FailuresPlot = lazy(async () => ({ default: (await import('./plots.js')).FailuresPlot }));

const LATEST = 8;
const MAX_FAILURES = 10;

export default function HomePage() {
  return (
    <Page
      title="Home"
      lead="What this account did lately, by its own clock."
      actions={
        <Button component={Link} href="/charge">
          New charge
        </Button>
      }
    >
      <Figures />
      <div className={classes.grid}>
        <LatestEvents />
        <Endpoints />
      </div>
    </Page>
  );
}

function Figures() {
  const [search, setSearch] = useSearchParams();
  const by = search.get('by') === 'day' ? 'day' : 'hour';
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.statistics, by],
    queryFn: ({ signal }) => gateway.payments.statistics({ by }, { signal }),
    placeholderData: keepPreviousData,
  });
  if (error) return <ErrorNotice error={error} what="The figures could not be read" onRetry={() => void refetch()} />;
  return (
    <>
      <Section
        title="Volume and success rate"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="By hour or day"
            value={by}
            data={[
              { value: 'hour', label: '24 hours' },
              { value: 'day', label: '30 days' },
            ]}
            onChange={(next) => {
              setSearch(next === 'day' ? { by: next } : {});
            }}
          />
        }
      >
        {data ? <Volume statistics={data} /> : <Skeleton height={320} />}
      </Section>
      {data && data.failures.length > 0 ? (
        <Section title="Failures by code">
          <Suspense fallback={<Skeleton height={160} />}>
            <FailuresPlot
              failures={data.failures
                .slice(0, MAX_FAILURES)
                .map(({ code, declineCode, count }) => ({ code: declineCode ?? code, count }))}
            />
          </Suspense>
        </Section>
      ) : null}
    </>
  );
}

function Volume({ statistics }: { readonly statistics: Statistics }) {
  const currencies = currenciesOf(statistics);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = chosen !== null && currencies.includes(chosen) ? chosen : (currencies[0] ?? 'USD');
  const points = pointsOf(statistics, currency);
  const payments = points.reduce((sum, point) => sum + point.payments, 0);
  if (payments === 0)
    return (
      <EmptyState
        sentence="Charge something, and its amount and outcome stand here."
        action={
          <Button component={Link} href="/charge">
            New charge
          </Button>
        }
        curl={
          chargeSnippets(location.origin, { customerName: 'Jenny Rosen', paymentAmount: 19.99, currency: 'USD' }).curl
        }
      />
    );
  const rate = totalRate(statistics);
  const volume = points.reduce((sum, point) => sum + point.volume, 0);
  return (
    <>
      <Group justify="space-between" align="start">
        <dl className={classes.figures}>
          <div>
            <dt>captured</dt>
            <dd>{formatAmount(Math.round(volume * 1000) / 1000, currency)}</dd>
          </div>
          <div>
            <dt>payments</dt>
            <dd>{payments.toLocaleString()}</dd>
          </div>
          <div>
            <dt>succeeded</dt>
            <dd>{rate === null ? 'none yet' : `${rate}%`}</dd>
          </div>
        </dl>
        {currencies.length > 1 ? (
          <Select
            size="xs"
            w={100}
            aria-label="Currency"
            allowDeselect={false}
            data={currencies}
            value={currency}
            onChange={setChosen}
          />
        ) : null}
      </Group>
      <Suspense fallback={<Skeleton height={260} />}>
        <VolumePlot points={points} currency={currency} />
      </Suspense>
    </>
  );
}

function LatestEvents() {
  const { data, error } = useQuery({
    queryKey: [...keys.events, 'latest'],
    queryFn: async ({ signal }) => gateway.events.list({ limit: LATEST }, { signal }),
  });
  return (
    <Section
      title="Latest events"
      actions={
        <Anchor component={Link} href="/events" size="sm">
          All events
        </Anchor>
      }
    >
      {error ? (
        <ErrorNotice error={error} what="The events could not be read" />
      ) : data?.data.length === 0 ? (
        'Nothing happened yet.'
      ) : (
        <DataTable
          label="Latest events"
          columns={EVENT_COLUMNS.slice(0, 3)}
          rows={data?.data}
          hrefOf={({ id }) => `/events/${id}`}
        />
      )}
    </Section>
  );
}

function Endpoints() {
  const now = useNow();
  const { data, error } = useQuery({
    queryKey: [...keys.endpoints, 'all'],
    queryFn: async ({ signal }) => gateway.webhookEndpoints.list({ limit: 20 }, { signal }),
  });
  return (
    <Section
      title="Webhook endpoints"
      actions={
        <Anchor component={Link} href="/webhooks" size="sm">
          All webhooks
        </Anchor>
      }
    >
      {error ? (
        <ErrorNotice error={error} what="The endpoints could not be read" />
      ) : data === undefined ? (
        <Skeleton height={80} />
      ) : data.data.length === 0 ? (
        'No endpoint is told what happens.'
      ) : (
        <ul className={classes.endpoints}>
          {data.data.map((endpoint) => (
            <li key={endpoint.id}>
              <Anchor component={Link} href={`/webhooks/${endpoint.id}`}>
                {endpoint.url}
              </Anchor>
              <StatusBadge status={endpointState(endpoint, now).status} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
