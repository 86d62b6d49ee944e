import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { timeOf } from '../platform/common/ids.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { EventFeed } from './event-feed.service.js';
import { Event, EVENT_RETENTION_MS } from './event.schema.js';
import { EventNotFoundError, EventTooLargeError } from './event-errors.js';

/** Maximum size of an event's data: with the rest of the body, a webhook stays below 20 kB (Standard Webhooks). */
const MAX_DATA_BYTES = 19_000;

/** An event before it is stored. */
export type NewEvent = Omit<Event, 'purgeAt'>;

/** Returns the event with the time in its id as `createdAt`. */
export function newEvent(event: Omit<NewEvent, 'createdAt'>): NewEvent {
  return { ...event, createdAt: timeOf(event._id) };
}

/** Selects events of an account; a condition that is not given selects all. */
export interface EventFilter {
  readonly type?: string;
  readonly objectId?: string;
  /** Only events after the one with this id. */
  readonly after?: string;
}

/** An event, and the message about it to the object's own webhook URL, if it has one. */
export interface PublishedEvent {
  readonly event: NewEvent;
  readonly direct: { readonly url: string; readonly body: string } | null;
}

/** Reacts to events. Must change nothing if it gets the same event again after a crash. */
export type EventConsumer = (events: readonly PublishedEvent[]) => Promise<void>;

/** Stores events and passes them on. Depends on no feature: features publish events, other features subscribe. */
@Injectable()
export class EventsService {
  private readonly consumers: EventConsumer[] = [];
  private readonly listeners = new Map<string, Set<(event: NewEvent) => void>>();

  constructor(
    @InjectModel(Event.name) private readonly events: Model<Event>,
    private readonly feed: EventFeed,
    accountData: AccountData,
  ) {
    accountData.register({
      model: events,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id'], retentionMs: EVENT_RETENTION_MS },
    });
  }

  subscribe(consumer: EventConsumer): void {
    this.consumers.push(consumer);
  }

  /** Throws EventTooLargeError if the object is too large for a webhook. Call it before storing the object. */
  assertDeliverable(data: object): void {
    if (Buffer.byteLength(JSON.stringify(data)) <= MAX_DATA_BYTES) return;
    throw new EventTooLargeError(MAX_DATA_BYTES);
  }

  /** A page of an account's events, newest first. */
  list(accountId: string, filter: QueryFilter<Event>, page: PageRequest): Promise<Page<Event>> {
    return findPage(this.events, accountId, filter, page);
  }

  /** The event of this type about an object; null if there is none. */
  findOf(accountId: string, objectId: string, type: string): Promise<Event | null> {
    return this.events
      .findOne({ accountId, objectIds: publicId(objectId), type })
      .lean<Event>()
      .exec();
  }

  /** The oldest event that matches; null if there is none. */
  first(accountId: string, { type, objectId, after }: EventFilter): Promise<Event | null> {
    return this.events
      .findOne({
        accountId,
        ...(type !== undefined && { type }),
        ...(objectId !== undefined && { objectIds: objectId }),
        ...(after !== undefined && { _id: { $gt: idIn(accountId, after) } }),
      })
      .sort({ _id: 1 })
      .lean<Event>()
      .exec();
  }

  /** The stored id of an account's latest event; null if it has none. */
  async latestId(accountId: string): Promise<string | null> {
    const latest = await this.events.findOne({ accountId }, { _id: 1 }).sort({ _id: -1 }).lean<Event>();
    return latest?._id ?? null;
  }

  /** Calls `listener` with each event of an account that this process stores. @returns what stops that */
  onStored(accountId: string, listener: (event: NewEvent) => void): () => void {
    const ofAccount = this.listeners.get(accountId) ?? new Set();
    this.listeners.set(accountId, ofAccount.add(listener));
    return () => {
      ofAccount.delete(listener);
      if (ofAccount.size === 0) this.listeners.delete(accountId);
    };
  }

  /** Throws EventNotFoundError if the account has no such event. */
  async get(accountId: string, id: string): Promise<Event> {
    const event = await this.events.findOne({ _id: idIn(accountId, id), accountId }).lean<Event>();
    if (!event) throw new EventNotFoundError(id);
    return event;
  }

  /** Stores the events that are not stored yet. Safe to repeat. */
  async store(events: readonly NewEvent[]): Promise<void> {
    const purgeAt = new Date(Date.now() + EVENT_RETENTION_MS);
    const stored = await insertNew(
      this.events,
      events.map((event) => ({ ...event, purgeAt })),
    );
    this.feed.note(stored);
    if (this.listeners.size === 0) return;
    for (const event of stored)
      for (const listener of [...(this.listeners.get(event.accountId) ?? [])]) listener(event);
  }

  /** Stores events and passes them to all subscribers. Safe to repeat. */
  async publish(published: readonly PublishedEvent[]): Promise<void> {
    await this.store(published.map(({ event }) => event));
    for (const consume of this.consumers) await consume(published);
  }
}
