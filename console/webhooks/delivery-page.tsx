import { Alert, Anchor, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { WebhookDelivery } from '../../client/webhooks.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { CodeBlock } from '../parts/code-block.js';
import { prettyJson } from '../parts/code-lines.js';
import { Id } from '../parts/copyable.js';
import { Facts } from '../parts/facts.js';
import { notifyDone, notifyFailure } from '../parts/notices.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { meaningOfHttp } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';
import { deliveryState } from './delivery-state.js';

const ATTEMPTS_EVERY_MS = 2_000;

export default function DeliveryPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Delivery"
      query={{
        queryKey: keys.delivery(id),
        queryFn: ({ signal }) => gateway.webhookDeliveries.get(id, { signal }),
        refetchInterval: ({ state }) => (state.data?.status === 'pending' ? ATTEMPTS_EVERY_MS : false),
      }}
    >
      {(delivery) => <ShownDelivery delivery={delivery} />}
    </ObjectPage>
  );
}

function ShownDelivery({ delivery }: { readonly delivery: WebhookDelivery }) {
  const { id } = delivery;
  const redeliver = useMutation({
    mutationFn: () => gateway.webhookDeliveries.redeliver(id),
    onSuccess: async () => {
      notifyDone('It is being sent again.');
      await queries.invalidateQueries({ queryKey: keys.delivery(id) });
    },
    onError: (failure) => {
      notifyFailure('It was not sent again', failure);
    },
  });
  return (
    <Page
      title={delivery.eventType}
      beside={<StatusBadge {...deliveryState(delivery)} />}
      lead={`To ${delivery.url}`}
      actions={
        <Button
          loading={redeliver.isPending}
          onClick={() => {
            redeliver.mutate();
          }}
        >
          Redeliver
        </Button>
      }
    >
      <Columns
        story={
          <>
            <Attempts delivery={delivery} />
            <SentBody eventId={delivery.eventId} />
          </>
        }
        facts={<DeliveryFacts delivery={delivery} />}
      />
    </Page>
  );
}

function Attempts({ delivery: { attempts, nextAttemptAt } }: { readonly delivery: WebhookDelivery }) {
  return (
    <Section title="Attempts">
      {attempts.length === 0 ? <p>It was not sent yet.</p> : null}
      {attempts.map(({ at, ms, status, error, response, fault }, index) => {
        const answer = prettyJson(response);
        const earlier = attempts[index - 1];
        return (
          <section key={index} aria-label={`Attempt ${index + 1}`}>
            <p>
              <StatusBadge
                status={String(status ?? 'none')}
                label={status === null ? 'no answer' : String(status)}
                meaning={meaningOfHttp(status)}
              />{' '}
              Attempt {index + 1}, <Time at={at} />, after {ms} ms{error === null ? '' : `: ${error}`}{' '}
              {fault === null ? null : <StatusBadge status="fault" label="a fault" />}
            </p>
            {response === '' ? null : (
              <CodeBlock
                code={answer.code}
                language={answer.language}
                label={`Answer to attempt ${index + 1}`}
                before={earlier && earlier.response !== '' ? prettyJson(earlier.response).code : undefined}
              />
            )}
          </section>
        );
      })}
      {nextAttemptAt === null ? null : (
        <Alert mt="sm" variant="light">
          The next attempt: <Time at={nextAttemptAt} />
        </Alert>
      )}
    </Section>
  );
}

function SentBody({ eventId }: { readonly eventId: string }) {
  const { data: event, error } = useQuery({
    queryKey: keys.event(eventId),
    queryFn: ({ signal }) => gateway.events.get(eventId, { signal }),
  });
  if (error || !event) return null;
  const { id, type, createdAt: timestamp, data } = event;
  return (
    <Section title="The message">
      <CodeBlock
        code={JSON.stringify({ id, type, timestamp, data }, null, 2)}
        language="json"
        label="Message to endpoints"
      />
    </Section>
  );
}

function DeliveryFacts({ delivery }: { readonly delivery: WebhookDelivery }) {
  const { id, eventId, endpointId, url, createdAt } = delivery;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          [
            'Event',
            <Anchor key="event" component={Link} href={`/events/${eventId}`}>
              {shortenId(eventId)}
            </Anchor>,
          ],
          [
            'Endpoint',
            endpointId && (
              <Anchor key="endpoint" component={Link} href={`/webhooks/${endpointId}`}>
                {shortenId(endpointId)}
              </Anchor>
            ),
          ],
          ['URL', url],
          ['Created', <Time key="created" at={createdAt} />],
        ]}
      />
    </Section>
  );
}
