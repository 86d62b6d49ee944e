import type { GatewayEvent } from '../../client/events.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import type { Filter } from '../parts/filter-bar.js';
import { ListPage } from '../parts/list-page.js';
import { EVENT_COLUMNS } from './event-columns.js';
import { isNewEvent } from './event-filters.js';

const FILTERS: readonly Filter[] = [
  { name: 'type', label: 'Type', placeholder: 'payment.* or refund.failed' },
  { name: 'objectId', label: 'Object', placeholder: 'txn_…' },
  { name: 'createdAfter', label: 'After', kind: 'time' },
  { name: 'createdBefore', label: 'Before', kind: 'time' },
];

const hrefOf = ({ id }: GatewayEvent): string => `/events/${id}`;

export default function EventsPage() {
  return (
    <ListPage
      title="Events"
      lead="What happened, as webhook endpoints are told. Each event is kept for 30 days."
      what="events"
      filters={FILTERS}
      columns={EVENT_COLUMNS}
      subject={keys.events}
      list={(query, signal) => gateway.events.list(query, { signal })}
      hrefOf={hrefOf}
      isNew={isNewEvent}
      empty={{
        sentence: 'Each change of a payment or refund makes an event. Charge something, and the first ones stand here.',
        curl: `curl ${location.origin}/api/v1/events -H "X-API-Key: $MPG_API_KEY"`,
      }}
    />
  );
}
