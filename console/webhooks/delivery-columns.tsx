import type { WebhookDelivery } from '../../client/webhooks.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { deliveryState } from './delivery-state.js';

export const DELIVERY_COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'event', header: 'Event', cell: ({ eventType }) => eventType },
  { id: 'status', header: 'Status', cell: (delivery) => <StatusBadge {...deliveryState(delivery)} /> },
  {
    id: 'answer',
    header: 'Last answer',
    cell: ({ attempts }) => {
      const last = attempts.at(-1);
      return last ? (last.error ?? String(last.status)) : '';
    },
  },
  { id: 'attempts', header: 'Attempts', align: 'right', cell: ({ attempts }) => attempts.length },
  { id: 'url', header: 'URL', cell: ({ url }) => url },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
