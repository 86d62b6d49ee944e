import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { QueryOf } from '../../client/connection.js';
import type { WebhookEndpoint } from '../../client/webhooks.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ActionMenu, ConfirmButton } from '../parts/actions.js';
import { Copyable, Id } from '../parts/copyable.js';
import { Facts } from '../parts/facts.js';
import type { Filter } from '../parts/filter-bar.js';
import { List } from '../parts/list-page.js';
import { notifyDone, notifyFailure } from '../parts/notices.js';
import { useNow } from '../parts/now.js';
import { Columns, Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';
import { DELIVERY_COLUMNS } from './delivery-columns.js';
import { EndpointForm, SecretDialog } from './endpoint-form.js';
import { endpointState } from './endpoint-state.js';

const FILTERS: readonly Filter[] = [{ name: 'status', label: 'Status', options: ['pending', 'succeeded', 'failed'] }];

/** All of them go to one URL. */
const COLUMNS = DELIVERY_COLUMNS.filter(({ id }) => id !== 'url');

/** How far back a redelivery of everything goes, in ms. */
const DAY_MS = 86_400_000;

export default function EndpointPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Endpoint"
      query={{
        queryKey: [...keys.endpoints, id],
        queryFn: ({ signal }) => gateway.webhookEndpoints.get(id, { signal }),
      }}
    >
      {(endpoint) => <ShownEndpoint endpoint={endpoint} />}
    </ObjectPage>
  );
}

function ShownEndpoint({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const { id } = endpoint;
  const now = useNow();
  const { status, advice } = endpointState(endpoint, now);
  return (
    <Page
      title={endpoint.url}
      beside={<StatusBadge status={status} />}
      lead={advice ?? endpoint.description ?? 'Webhook endpoint'}
      actions={<EndpointActions endpoint={endpoint} isPaused={status === 'paused'} now={now} />}
    >
      <Columns
        story={
          <Section title="Deliveries">
            <List
              what="deliveries"
              filters={FILTERS}
              columns={COLUMNS}
              subject={[...keys.deliveries, id]}
              list={(query, signal) =>
                gateway.webhookDeliveries.list(
                  { ...(query as QueryOf<'/api/v1/webhooks/deliveries'>), endpoint: id },
                  { signal },
                )
              }
              hrefOf={(delivery) => `/webhooks/deliveries/${delivery.id}`}
              empty={{ sentence: 'Nothing was sent to this endpoint yet. Send a test.' }}
            />
          </Section>
        }
        facts={<EndpointFacts endpoint={endpoint} />}
      />
    </Page>
  );
}

interface EndpointActionsProps {
  readonly endpoint: WebhookEndpoint;
  readonly isPaused: boolean;
  readonly now: number;
}

function EndpointActions({ endpoint, isPaused, now }: EndpointActionsProps) {
  const { id, url } = endpoint;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [secret, setSecret] = useState<{ readonly value: string | null } | null>(null);
  const [, navigate] = useLocation();
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.endpoints });
  const test = useMutation({
    mutationFn: () => gateway.webhookEndpoints.test(id),
    onSuccess: ({ id: deliveryId }) => {
      navigate(`/webhooks/deliveries/${deliveryId}`);
    },
    onError: (error) => {
      notifyFailure('No test was sent', error);
    },
  });
  return (
    <>
      {isPaused ? (
        <ConfirmButton
          label="Resume"
          sentence="End the pause: what waits is sent now."
          done="The pause was ended."
          failed="The pause was not ended"
          run={async () => {
            await gateway.webhookEndpoints.resume(id);
            await refresh();
          }}
        />
      ) : null}
      <Button
        loading={test.isPending}
        onClick={() => {
          test.mutate();
        }}
      >
        Send a test
      </Button>
      <Button variant="default" onClick={open}>
        Edit
      </Button>
      <ActionMenu
        actions={[
          {
            label: 'Redeliver',
            sentence: 'Send every event of the last 24 hours again. Handlers know them by their webhook-id.',
            done: 'The events are being sent again.',
            failed: 'The events were not sent again',
            run: async () => {
              await gateway.webhookEndpoints.redeliver(id, { since: new Date(now - DAY_MS).toISOString() });
              await queries.invalidateQueries({ queryKey: keys.deliveries });
            },
          },
          {
            label: 'Rotate secret',
            sentence: 'Make a new secret. For 24 hours the one before signs as well.',
            done: 'The secret was rotated.',
            failed: 'The secret was not rotated',
            run: async () => {
              const rotated = await gateway.webhookEndpoints.rotateSecret(id);
              setSecret({ value: rotated.secret });
              await refresh();
            },
          },
          {
            label: 'Delete',
            sentence: `Delete the endpoint ${url}. What waits for it is not sent.`,
            done: 'The endpoint was deleted.',
            failed: 'The endpoint was not deleted',
            isDestructive: true,
            run: async () => {
              await gateway.webhookEndpoints.delete(id);
              navigate('/webhooks');
              queries.removeQueries({ queryKey: [...keys.endpoints, id] });
              await refresh();
            },
          },
        ]}
      />
      {isOpen ? (
        <EndpointForm
          endpoint={endpoint}
          onClose={close}
          onSaved={() => {
            notifyDone('The endpoint was saved.');
            close();
          }}
        />
      ) : null}
      {secret ? (
        <SecretDialog
          title="The new secret"
          secret={secret.value}
          onClose={() => {
            setSecret(null);
          }}
        />
      ) : null}
    </>
  );
}

function EndpointFacts({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  const { id, description, events, signatures, publicKey, failingSince, pausedUntil, createdAt } = endpoint;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          ['Description', description],
          ['Events', events.join(', ')],
          ['Signatures', signatures.join(', ')],
          ['Public key', publicKey && <Copyable key="key" text={publicKey} label="Copy the public key" />],
          ['Failing since', failingSince && <Time key="failing" at={failingSince} />],
          ['Paused until', pausedUntil && <Time key="paused" at={pausedUntil} />],
          ['Created', <Time key="created" at={createdAt} />],
        ]}
      />
    </Section>
  );
}
