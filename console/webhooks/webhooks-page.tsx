import { Button, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useLocation, useSearchParams } from 'wouter';
import type { WebhookDelivery, WebhookEndpoint } from '../../client/webhooks.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import type { Filter } from '../parts/filter-bar.js';
import { List } from '../parts/list-page.js';
import { useNow } from '../parts/now.js';
import { Page } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { DELIVERY_COLUMNS } from './delivery-columns.js';
import { EndpointForm } from './endpoint-form.js';
import { endpointState } from './endpoint-state.js';

const NO_FILTERS: readonly Filter[] = [];

const DELIVERY_FILTERS: readonly Filter[] = [
  { name: 'status', label: 'Status', options: ['pending', 'succeeded', 'failed'] },
  { name: 'endpoint', label: 'Endpoint', placeholder: 'we_…' },
  { name: 'event', label: 'Event', placeholder: 'evt_…' },
];

function EndpointStatus({ endpoint }: { readonly endpoint: WebhookEndpoint }) {
  return <StatusBadge status={endpointState(endpoint, useNow()).status} />;
}

const ENDPOINT_COLUMNS: readonly Column<WebhookEndpoint>[] = [
  { id: 'url', header: 'URL', cell: ({ url }) => url },
  { id: 'status', header: 'Status', cell: (endpoint) => <EndpointStatus endpoint={endpoint} /> },
  { id: 'events', header: 'Events', cell: ({ events }) => events.join(', ') },
  { id: 'description', header: 'Description', cell: ({ description }) => description ?? '' },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];

const endpointPath = ({ id }: WebhookEndpoint): string => `/webhooks/${id}`;
const deliveryPath = ({ id }: WebhookDelivery): string => `/webhooks/deliveries/${id}`;

export default function WebhooksPage() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [, navigate] = useLocation();
  const [search, setSearch] = useSearchParams();
  const tab = search.get('tab') === 'deliveries' ? 'deliveries' : 'endpoints';
  return (
    <Page
      title="Webhooks"
      lead="Endpoints that are told what happens, and each delivery to them."
      actions={<Button onClick={open}>New endpoint</Button>}
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => {
          setSearch(next === 'deliveries' ? { tab: next } : {});
        }}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="endpoints">Endpoints</Tabs.Tab>
          <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="endpoints">
          <List
            what="endpoints"
            filters={NO_FILTERS}
            columns={ENDPOINT_COLUMNS}
            subject={keys.endpoints}
            list={(query, signal) => gateway.webhookEndpoints.list(query, { signal })}
            hrefOf={endpointPath}
            empty={{
              sentence: 'An endpoint of your shop gets every event, signed, and again until it answers 2xx.',
              action: <Button onClick={open}>New endpoint</Button>,
              curl: `npx mpg listen --forward-to http://127.0.0.1:4000/webhooks`,
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <List
            what="deliveries"
            filters={DELIVERY_FILTERS}
            columns={DELIVERY_COLUMNS}
            subject={keys.deliveries}
            keep={['tab']}
            list={(query, signal) => gateway.webhookDeliveries.list(query, { signal })}
            hrefOf={deliveryPath}
            empty={{ sentence: 'Each event that an endpoint is sent stands here, with every attempt.' }}
          />
        </Tabs.Panel>
      </Tabs>
      {isOpen ? (
        <EndpointForm
          onClose={close}
          onSaved={(endpoint) => {
            navigate(`/webhooks/${endpoint.id}`);
          }}
        />
      ) : null}
    </Page>
  );
}
