import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { insertNew } from '../common/insert-new.js';
import { Event } from './event.schema.js';

/** An event, and the message that the object's own webhook URL gets of it, if it has one. */
export interface PublishedEvent {
  readonly event: Event;
  readonly direct: { readonly url: string; readonly body: string } | null;
}

/** Makes something follow from events. Told again of the same event after a crash, it must change nothing. */
export type EventConsumer = (events: readonly PublishedEvent[]) => Promise<void>;

/** What happened. Knows no feature: features give it what happened, and others subscribe. */
@Injectable()
export class EventsService {
  private readonly consumers: EventConsumer[] = [];

  constructor(@InjectModel(Event.name) private readonly events: Model<Event>) {}

  subscribe(consumer: EventConsumer): void {
    this.consumers.push(consumer);
  }

  /** Stores the events that are not stored yet and lets follow what follows. Safe to repeat. */
  async publish(published: readonly PublishedEvent[]): Promise<void> {
    await insertNew(this.events, published.map(({ event }) => event));
    for (const consume of this.consumers) await consume(published);
  }
}
