import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { AccountData } from '../../platform/database/account-data.service.js';
import { insertNew } from '../../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../../platform/database/page.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import { DeliveriesService } from '../../webhooks/deliveries.service.js';
import { dialectDelivery, type FirstAttempt } from '../../webhooks/new-delivery.js';
import { WebhookDispatcher } from '../../webhooks/webhook-dispatcher.worker.js';
import type { WebhookEndpoint } from '../../webhooks/webhook-endpoint.schema.js';
import { WebhookEndpointsService } from '../../webhooks/webhook-endpoints.service.js';
import { NEWEST_VERSION } from '../wire/versions.js';
import { DIALECT_EVENT_RETENTION_MS, DialectEvent, type ToldDialectEvent } from './dialect-event.schema.js';
import type { Shown } from '../wire/expand.js';
import { eventView } from './event-view.js';

const WARNING = 'radar.early_fraud_warning.created';

/** Stores the events of the dialect, and sends them to the endpoints that speak it. */
@Injectable()
export class DialectEvents {
  constructor(
    @InjectModel(DialectEvent.name) private readonly events: Model<DialectEvent>,
    private readonly endpoints: WebhookEndpointsService,
    private readonly deliveries: DeliveriesService,
    private readonly dispatcher: WebhookDispatcher,
    accountData: AccountData,
  ) {
    accountData.register({
      model: events,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id'], retentionMs: DIALECT_EVENT_RETENTION_MS },
    });
  }

  /** Stores events and plans their deliveries. Safe to repeat. */
  async publish(published: readonly ToldDialectEvent[]): Promise<void> {
    if (published.length === 0) return;
    const purgeAt = new Date(Date.now() + DIALECT_EVENT_RETENTION_MS);
    await insertNew(
      this.events,
      published.map((event) => storedEvent(event, purgeAt)),
    );
    const endpoints = (await this.endpoints.enabledOf(published.map(({ accountId }) => accountId))).filter(
      ({ dialect }) => dialect !== undefined,
    );
    for (const accountId of new Set(endpoints.map((endpoint) => endpoint.accountId))) {
      const own = endpoints.filter((endpoint) => endpoint.accountId === accountId);
      const events = published.filter((event) => event.accountId === accountId);
      await this.dispatcher.dispatch(accountId, (first) =>
        events.flatMap((event) => {
          const told = own.filter((endpoint) => wants(endpoint, event.type));
          const attempt = attemptOf(event, first);
          return told.map((endpoint) =>
            dialectDelivery(event, endpoint, bodyFor(event, endpoint, told.length), attempt),
          );
        }),
      );
    }
  }

  async list(accountId: string, filter: QueryFilter<DialectEvent>, page: PageRequest): Promise<Page<ToldDialectEvent>> {
    const { data, hasMore } = await findPage(this.events, accountId, filter, page);
    return { data: data.map(toldEvent), hasMore };
  }

  /** Null if there is none. */
  async find(accountId: string, id: string): Promise<ToldDialectEvent | null> {
    const event = await this.events.findOne({ _id: idIn(accountId, id), accountId }).lean<DialectEvent>();
    return event && toldEvent(event);
  }

  /** How many deliveries of each event have not succeeded yet, by its stored id. */
  async pending(accountId: string, events: readonly ToldDialectEvent[]): Promise<ReadonlyMap<string, number>> {
    const deliveries = await this.deliveries.ofEvents(
      accountId,
      events.map(({ _id }) => _id),
    );
    const counts = new Map<string, number>();
    for (const { eventId, status } of deliveries)
      if (status === 'pending') counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
    return counts;
  }
}

function storedEvent({ object, previous, ...event }: ToldDialectEvent, purgeAt: Date): DialectEvent {
  const about = event.type === WARNING ? [object.charge, object.payment_intent] : [];
  const ids = about.filter((id) => typeof id === 'string');
  return {
    ...event,
    object: JSON.stringify(object),
    previous: previous && JSON.stringify(previous),
    ...(ids.length > 0 && { about: ids }),
    purgeAt,
  };
}

function toldEvent({ object, previous, ...event }: DialectEvent): ToldDialectEvent {
  return {
    ...event,
    object: JSON.parse(object) as Shown,
    previous: previous === null ? null : (JSON.parse(previous) as Shown),
  };
}

/** What is told later is sent later. */
function attemptOf({ createdAt }: ToldDialectEvent, first: FirstAttempt): FirstAttempt {
  const laterMs = Math.max(0, createdAt.getTime() - first.now.getTime());
  return laterMs === 0 ? first : { ...first, dueAt: new Date(first.dueAt.getTime() + laterMs) };
}

/** Whether an endpoint of the dialect asked for events of this type. */
function wants({ events }: WebhookEndpoint, type: string): boolean {
  return events.includes('*') || events.includes(type);
}

function bodyFor(event: ToldDialectEvent, { dialect }: WebhookEndpoint, pending: number): string {
  return JSON.stringify(eventView(event, { apiVersion: dialect?.apiVersion ?? NEWEST_VERSION, pending }), null, 2);
}
