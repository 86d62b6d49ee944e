import type { GatewayEvent } from '../../client/events.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { Time } from '../parts/time.js';
import { describeEvent } from './describe-event.js';

export const EVENT_COLUMNS: readonly Column<GatewayEvent>[] = [
  { id: 'type', header: 'Type', cell: ({ type }) => type },
  { id: 'about', header: 'About', cell: (event) => describeEvent(event) },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
];
