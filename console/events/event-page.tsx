import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { GatewayEvent } from '../../client/events.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { CodeBlock } from '../parts/code-block.js';
import { Id } from '../parts/copyable.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';
import { DELIVERY_COLUMNS } from '../webhooks/delivery-columns.js';
import { describeEvent, eventObjectPath } from './describe-event.js';

const LIMIT = 50;
const ATTEMPTS_EVERY_MS = 4_000;

export default function EventPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Event"
      query={{
        queryKey: keys.event(id),
        queryFn: ({ signal }) => gateway.events.get(id, { signal }),
      }}
    >
      {(event) => <ShownEvent event={event} />}
    </ObjectPage>
  );
}

function ShownEvent({ event }: { readonly event: GatewayEvent }) {
  return (
    <Page title={event.type} lead={describeEvent(event)}>
      <Columns
        story={
          <>
            <Section title="Deliveries">
              <Deliveries event={event} />
            </Section>
            <Section title="The object as it was then">
              <CodeBlock code={JSON.stringify(event.data, null, 2)} language="json" label="Data of the event" />
            </Section>
          </>
        }
        facts={<EventFacts event={event} />}
      />
    </Page>
  );
}

function Deliveries({ event: { id } }: { readonly event: GatewayEvent }) {
  const { data, error } = useQuery({
    queryKey: [...keys.deliveries, 'of', id],
    queryFn: async ({ signal }) => gateway.webhookDeliveries.list({ event: id, limit: LIMIT }, { signal }),
    refetchInterval: ATTEMPTS_EVERY_MS,
  });
  if (error) return <ErrorNotice error={error} what="The deliveries could not be read" />;
  if (data?.data.length === 0)
    return (
      <p>
        No endpoint wants events of this type.{' '}
        <Anchor component={Link} href="/webhooks" underline="always">
          Webhooks
        </Anchor>{' '}
        lists yours.
      </p>
    );
  return (
    <DataTable
      label="Deliveries of this event"
      columns={DELIVERY_COLUMNS}
      rows={data?.data}
      hrefOf={(delivery) => `/webhooks/deliveries/${delivery.id}`}
    />
  );
}

function EventFacts({ event }: { readonly event: GatewayEvent }) {
  const { id, createdAt, requestId, data } = event;
  const path = eventObjectPath(event);
  const objectId = (data as { readonly id?: string }).id;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          ['Created', <Time key="at" at={createdAt} />],
          [
            'Object',
            path === null ? null : (
              <Anchor key="object" component={Link} href={path}>
                {objectId === undefined ? 'Open' : shortenId(objectId)}
              </Anchor>
            ),
          ],
          [
            'Request',
            requestId === null ? null : (
              <Anchor key="request" component={Link} href={`/logs?requestId=${requestId}`}>
                {shortenId(requestId)}
              </Anchor>
            ),
          ],
        ]}
      />
    </Section>
  );
}
