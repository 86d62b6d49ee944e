import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { StoredFeed } from '../platform/streams/stored-feed.service.js';
import { idIn } from '../platform/worlds/world-ids.js';
import { Event, EVENT_RETENTION_MS } from './event.schema.js';

/** How many events a reader holds in memory at most; each has less than 20 kB. */
const PAGE_SIZE = 50;

/** Follows the events of accounts as they are stored. */
@Injectable()
export class EventFeed extends StoredFeed<Event> {
  constructor(@InjectModel(Event.name) private readonly events: Model<Event>) {
    super(events, EVENT_RETENTION_MS, PAGE_SIZE);
  }

  protected find(accountId: string, id: string): Promise<Event | null> {
    return this.events
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<Event>()
      .exec();
  }
}
