import { Anchor, Button, Drawer, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { RequestLog } from '../../client/events.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { CodeBlock } from '../parts/code-block.js';
import { prettyJson } from '../parts/code-lines.js';
import { Copyable, Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { EmptyState } from '../parts/empty-state.js';
import { Facts } from '../parts/facts.js';
import type { Filter } from '../parts/filter-bar.js';
import { List } from '../parts/list-page.js';
import { Page } from '../parts/page.js';
import { meaningOfHttp } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

const FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', placeholder: '4xx or 404' },
  { name: 'method', label: 'Method', options: ['GET', 'POST', 'PATCH', 'DELETE'] },
  { name: 'path', label: 'Path', placeholder: '/api/v1/payments/charge' },
  { name: 'requestId', label: 'Request', placeholder: 'req_…' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
];

const COLUMNS: readonly Column<RequestLog>[] = [
  { id: 'path', header: 'Request', cell: ({ method, path }) => `${method} ${path}` },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => (
      <StatusBadge status={String(status)} label={String(status)} meaning={meaningOfHttp(status)} />
    ),
  },
  { id: 'error', header: 'Error', cell: ({ errorCode }) => errorCode ?? '' },
  { id: 'ms', header: 'Time', align: 'right', cell: ({ ms }) => `${ms} ms` },
  { id: 'created', header: 'When', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'request', header: 'Request id', cell: ({ requestId }) => <Id id={requestId} /> },
];

const KEEP = ['log'];

/** The parameter of the URL that names the request whose details are open. */
const OPEN = 'log';

export default function RequestLogsPage() {
  const [search, setSearch] = useSearchParams();
  const open = search.get(OPEN);
  const follow = useFollowedLogs();
  const hrefOf = ({ id }: RequestLog): string => {
    const next = new URLSearchParams(search);
    next.set(OPEN, id);
    return `/logs?${next.toString()}`;
  };
  return (
    <Page
      title="Request log"
      lead="What your programs asked, and what they were answered. What the console only reads is left out."
      actions={
        <Button variant="default" aria-pressed={follow.isOn} onClick={follow.toggle}>
          {follow.isOn ? 'Pause' : 'Follow'}
        </Button>
      }
    >
      <List
        what="requests"
        filters={FILTERS}
        columns={COLUMNS}
        subject={keys.requestLogs}
        keep={KEEP}
        list={(query, signal) => gateway.requestLogs.list(query, { signal })}
        hrefOf={hrefOf}
        empty={{
          sentence: 'Each request of your programs stands here, with its answer. Send one.',
          curl: `curl ${location.origin}/api/v1/payments -H "X-API-Key: $MPG_API_KEY"`,
        }}
      />
      <Drawer
        opened={open !== null}
        position="right"
        size="lg"
        title="Request"
        onClose={() => {
          const next = new URLSearchParams(search);
          next.delete(OPEN);
          setSearch(next);
        }}
      >
        {open === null ? null : <LogDetails id={open} />}
      </Drawer>
    </Page>
  );
}

/** Reads the newest requests again whenever one was answered, while it is on. */
function useFollowedLogs(): { readonly isOn: boolean; readonly toggle: () => void } {
  const [isOn, setOn] = useState(true);
  useEffect(() => {
    if (!isOn) return undefined;
    const ending = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const log of gateway.requestLogs.stream({ signal: ending.signal }))
        if (!ending.signal.aborted && log.path !== '') await queries.invalidateQueries({ queryKey: keys.requestLogs });
    };
    follow().catch(() => {
      // The list stays, and is read again when the page is opened anew.
    });
    return () => {
      ending.abort();
    };
  }, [isOn]);
  return {
    isOn,
    toggle: () => {
      setOn(!isOn);
    },
  };
}

function LogDetails({ id }: { readonly id: string }) {
  const { data: log, isFetched } = useQuery({
    queryKey: [...keys.requestLogs, 'one', id],
    queryFn: () => findShown(id),
    staleTime: Infinity,
  });
  if (!log) return isFetched ? <EmptyState sentence="This request is not in the list any more." /> : null;
  const { method, path, status, ms, requestId, idempotencyKey, errorCode, createdAt } = log;
  return (
    <Stack>
      <Facts
        facts={[
          ['Request', `${method} ${path}`],
          ['Status', <StatusBadge key="status" status={String(status)} meaning={meaningOfHttp(status)} />],
          [
            'Error',
            errorCode && (
              <Anchor href={`/docs/errors#${errorCode}`} target="_blank">
                {errorCode}
              </Anchor>
            ),
          ],
          ['Time', `${ms} ms`],
          ['When', <Time key="at" at={createdAt} />],
          ['Request id', <Copyable key="id" text={requestId} />],
          ['Idempotency key', idempotencyKey && <Copyable key="key" text={idempotencyKey} />],
          [
            'Events',
            <Anchor key="events" component={Link} href={`/events?objectId=${requestId}`}>
              Search
            </Anchor>,
          ],
        ]}
      />
      <Body title="What was asked" text={log.requestBody} />
      <Body title="What was answered" text={log.responseBody} />
    </Stack>
  );
}

function Body({ title, text }: { readonly title: string; readonly text: string | null }) {
  if (text === null || text === '') return null;
  const { code, language } = prettyJson(text);
  return (
    <section aria-label={title}>
      <Title order={3}>{title}</Title>
      <CodeBlock code={code} language={language} label={title} />
    </section>
  );
}

/** The log of this id: among those that are shown, or by reading on from there. */
async function findShown(id: string): Promise<RequestLog | null> {
  for (const [, page] of queries.getQueriesData<{ readonly data: readonly RequestLog[] }>({
    queryKey: keys.requestLogs,
  })) {
    const found = page?.data.find((log) => log.id === id);
    if (found) return found;
  }
  const { data } = await gateway.requestLogs.list({ limit: 100 });
  return data.find((log) => log.id === id) ?? null;
}
