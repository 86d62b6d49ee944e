import { createHash } from 'node:crypto';
import type { NewEvent } from '../events/events.service.js';
import { idInWorld, publicId, worldOf } from '../platform/worlds/world-ids.js';
import { type Delivery, DELIVERY_RETENTION_MS } from './delivery.schema.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';

/** When the first attempt of an account's deliveries is due. */
export interface FirstAttempt {
  /** By the account's clock. */
  readonly now: Date;
  readonly dueAt: Date;
  /** The virtual clock; null for the real time. */
  readonly clockId: string | null;
}

/** An event on its way to an endpoint. */
export function endpointDelivery(event: NewEvent, { _id, url }: WebhookEndpoint, first: FirstAttempt): Delivery {
  const { type, createdAt: timestamp, data } = event;
  const body = JSON.stringify({ id: publicId(event._id), type, timestamp, data });
  return { ...newDelivery(event, _id, first), target: _id, endpointId: _id, url, body };
}

/** An event of the dialect on its way to an endpoint that speaks it. */
export function dialectDelivery(
  event: Pick<NewEvent, '_id' | 'accountId' | 'type'>,
  { _id, url }: WebhookEndpoint,
  body: string,
  first: FirstAttempt,
): Delivery {
  return { ...newDelivery(event, _id, first), target: _id, endpointId: _id, url, body };
}

/** The message about an event on its way to a payment's own webhook URL. */
export function directDelivery(event: NewEvent, url: string, body: string, first: FirstAttempt): Delivery {
  const { origin } = new URL(url);
  return {
    ...newDelivery(event, origin, first),
    target: directTarget(event.accountId, url),
    endpointId: null,
    url,
    body,
  };
}

function newDelivery(
  { _id: eventId, accountId, type }: Pick<NewEvent, '_id' | 'accountId' | 'type'>,
  receiver: string,
  { now, dueAt, clockId }: FirstAttempt,
): Omit<Delivery, 'endpointId' | 'url' | 'body' | 'target'> {
  return {
    _id: deliveryId(eventId, receiver),
    accountId,
    eventId,
    eventType: type,
    status: 'pending',
    attempts: [],
    tries: 0,
    createdAt: now,
    dueAt,
    ...(clockId !== null && { clockId }),
    purgeAt: new Date(Date.now() + DELIVERY_RETENTION_MS),
  };
}

/**
 * The same id for the same event and receiver, so that planning twice makes one delivery. Begins with the event's
 * time.
 */
function deliveryId(eventId: string, receiver: string): string {
  const time = eventId.slice('evt_'.length, 'evt_'.length + 12);
  const tail = createHash('sha256')
    .update(`${publicId(eventId)} ${publicId(receiver)}`)
    .digest('hex')
    .slice(0, 12);
  return idInWorld(worldOf(eventId), `whd_${time}${tail}`);
}

/** The receiver behind a payment's own webhook URL. */
export function directTarget(accountId: string, url: string): string {
  return `${accountId} ${new URL(url).origin}`;
}
