import { publicId } from '../../platform/worlds/world-ids.js';
import { seconds } from '../wire/lists.js';
import type { ToldDialectEvent } from './dialect-event.schema.js';

export function eventView(
  { _id, type, createdAt, object, previous, requestId, idempotencyKey }: ToldDialectEvent,
  { apiVersion, pending }: { readonly apiVersion: string; readonly pending: number },
) {
  return {
    id: publicId(_id),
    object: 'event',
    api_version: apiVersion,
    created: seconds(createdAt),
    data: { object, ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: pending,
    request: { id: requestId, idempotency_key: idempotencyKey },
    type,
  };
}
