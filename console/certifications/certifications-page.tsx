import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent } from 'react';
import { useLocation } from 'wouter';
import type { Certification } from '../../client/sandboxes.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import type { Filter } from '../parts/filter-bar.js';
import { List } from '../parts/list-page.js';
import { Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';

const NO_FILTERS: readonly Filter[] = [];

const COLUMNS: readonly Column<Certification>[] = [
  { id: 'url', header: 'Handler', cell: ({ url }) => url },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'score', header: 'Score', align: 'right', cell: ({ score, status }) => (status === 'running' ? '' : score) },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];

const hrefOf = ({ id }: Certification): string => `/certifications/${id}`;

export default function CertificationsPage() {
  return (
    <Page
      title="Certification"
      lead="Judges your webhook handler: signatures, old and repeated messages, large bodies, speed."
    >
      <BeginForm />
      <List
        what="certifications"
        filters={NO_FILTERS}
        columns={COLUMNS}
        subject={keys.certifications}
        list={(query, signal) => gateway.certifications.list(query, { signal })}
        hrefOf={hrefOf}
        empty={{
          sentence: 'Name the URL of your handler above: within half a minute its report stands here.',
          curl: 'npx mpg certify http://127.0.0.1:4000/webhooks',
        }}
      />
    </Page>
  );
}

function BeginForm() {
  const [, navigate] = useLocation();
  const [url, setUrl] = useInputState('');
  const [secret, setSecret] = useInputState('');
  const [stateUrl, setStateUrl] = useInputState('');
  const begin = useMutation({
    mutationFn: () =>
      gateway.certifications.create({
        url: url.trim(),
        ...(secret.trim() !== '' && { secret: secret.trim() }),
        ...(stateUrl.trim() !== '' && { stateUrl: stateUrl.trim() }),
      }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: keys.certifications });
      navigate(`/certifications/${id}`);
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    begin.mutate();
  };
  return (
    <Section title="Judge a handler">
      <form onSubmit={submit}>
        <Stack maw={520}>
          <TextInput
            label="URL of the handler"
            placeholder="http://127.0.0.1:4000/webhooks"
            required
            value={url}
            onChange={setUrl}
          />
          <TextInput
            label="Secret that it verifies with"
            description="Of the endpoint (whsec_…); without it, the account's own."
            autoComplete="off"
            value={secret}
            onChange={setSecret}
          />
          <TextInput
            label="URL of its state"
            description="Where it says what it applied; without it, those checks are left out."
            value={stateUrl}
            onChange={setStateUrl}
          />
          {begin.error ? <ErrorNotice error={begin.error} what="It did not begin" /> : null}
          <Group>
            <Button type="submit" loading={begin.isPending}>
              Begin
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
