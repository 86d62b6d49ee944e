import { useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { EVENT_COLUMNS } from './event-columns.js';

const LIMIT = 50;

interface EventsOfProps {
  /** The id of an object. */
  readonly id: string;
  /** What the object is: `this payment`. */
  readonly object: string;
  /** Said where there are none yet. */
  readonly none: string;
}

/** The latest events about an object. */
export function EventsOf({ id, object, none }: EventsOfProps) {
  const { data, error } = useQuery({
    queryKey: [...keys.events, 'of', id],
    queryFn: async ({ signal }) => gateway.events.list({ objectId: id, limit: LIMIT }, { signal }),
  });
  if (error) return <ErrorNotice error={error} what="The events could not be read" />;
  if (data?.data.length === 0) return none;
  return (
    <DataTable
      label={`Events of ${object}`}
      columns={EVENT_COLUMNS}
      rows={data?.data}
      hrefOf={(event) => `/events/${event.id}`}
    />
  );
}
