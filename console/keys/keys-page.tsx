import { Button, Group, Modal, Skeleton, Stack, TextInput } from '@mantine/core';
import { useDisclosure, useInputState } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { CodeBlock } from '../parts/code-block.js';
import { ConfirmButton } from '../parts/actions.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { EmptyState } from '../parts/empty-state.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Page, Section } from '../parts/page.js';
import { Time } from '../parts/time.js';
import { SecretDialog } from '../webhooks/endpoint-form.js';

type ApiKey = Schemas['ApiKeyDto'];

const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.apiKeys });

const COLUMNS: readonly Column<ApiKey>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name },
  {
    id: 'last4',
    header: 'Key',
    cell: ({ style, last4 }) => `${style === 'stripe' ? 'sk_test_' : 'PK_LIVE_'}…${last4}`,
  },
  { id: 'used', header: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never') },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'delete',
    header: 'Actions',
    cell: ({ id, name }) => (
      <ConfirmButton
        label="Delete"
        size="compact-xs"
        sentence={`Delete the key “${name}”. Programs that use it are refused at once.`}
        done="The key was deleted."
        failed="The key was not deleted"
        isDestructive
        run={async () => {
          await gateway.accounts.deleteApiKey(id);
          await refresh();
        }}
      />
    ),
  },
];

export default function KeysPage() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { data, error, refetch } = useQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ signal }) => gateway.accounts.apiKeys({ signal }),
  });
  return (
    <Page
      title="API keys"
      lead="Programs authenticate with them, in the header X-API-Key. A key is shown once, when it is made."
      actions={<Button onClick={open}>New key</Button>}
    >
      {error ? (
        <ErrorNotice error={error} what="The keys could not be read" onRetry={() => void refetch()} />
      ) : data?.length === 0 ? (
        <EmptyState sentence="Without a key no program can charge." action={<Button onClick={open}>New key</Button>} />
      ) : (
        <DataTable label="API keys" columns={COLUMNS} rows={data} />
      )}
      <WebhookSecret />
      {isOpen ? <NewKey onClose={close} /> : null}
    </Page>
  );
}

function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useInputState('');
  const create = useMutation({
    mutationFn: () => gateway.accounts.createApiKey({ name: name.trim() }),
    onSuccess: refresh,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  if (create.data) return <SecretDialog title="The key was made" secret={create.data.apiKey} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title="New key">
      <form onSubmit={submit}>
        <Stack>
          <TextInput label="Name" placeholder="CI" required data-autofocus value={name} onChange={setName} />
          {create.error ? <ErrorNotice error={create.error} what="No key was made" /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The account's own secret, which signs webhooks to a payment's `webhookUrl`. */
function WebhookSecret() {
  const [secret, setSecret] = useState<string | null>(null);
  const { data, isPending } = useQuery({ queryKey: keys.account, queryFn: () => gateway.accounts.me() });
  if (isPending) return <Skeleton height={120} />;
  return (
    <Section
      title="Webhook secret"
      actions={
        <ConfirmButton
          label="Rotate"
          sentence="Make a new secret. For 24 hours the one before signs as well."
          done="The secret was rotated."
          failed="The secret was not rotated"
          run={async () => {
            const rotated = await gateway.accounts.rotateWebhookSecret();
            setSecret(rotated.webhookSecret);
          }}
        />
      }
    >
      <p>
        Webhooks to a payment&apos;s own <code>webhookUrl</code> are signed with it
        {data ? `, for ${data.name}` : ''}. Endpoints have secrets of their own.
      </p>
      <CodeBlock
        code={`import { verifyWebhook } from 'mock-payment-gateway/client';\n\nconst event = verifyWebhook(rawBody, request.headers, process.env.WEBHOOK_SECRET);`}
        language="typescript"
        label="How a handler verifies"
      />
      {secret === null ? null : (
        <SecretDialog
          title="The new secret"
          secret={secret}
          onClose={() => {
            setSecret(null);
          }}
        />
      )}
    </Section>
  );
}
