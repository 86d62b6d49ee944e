import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { EventStreams } from '../platform/streams/event-streams.service.js';
import { framesOf } from '../platform/streams/frames.js';
import type { StreamConnection } from '../platform/streams/stream-connection.decorator.js';
import { EventDto } from './dto/event.dto.js';
import { EventFeed } from './event-feed.service.js';

/** Which events a stream has. */
export interface StreamedEvents {
  /** Null for all types. */
  readonly types: readonly string[] | null;
  readonly objectId: string | null;
}

/** Streams the events of an account. */
@Injectable()
export class EventTail {
  constructor(
    private readonly streams: EventStreams,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Opens a stream of new events; with `after`, also of those since a few seconds before that event. Throws
   * TooManyOpenRequestsError.
   */
  stream(
    caller: Principal,
    { types, objectId }: StreamedEvents,
    after: string | null,
    connection: StreamConnection,
  ): Promise<StreamableFile> {
    return this.streams.open(caller, connection, async () => {
      const reader = await this.feed.follow(caller.accountId, {
        after,
        filter: { ...(types && { type: { $in: types } }), ...(objectId !== null && { objectIds: objectId }) },
        matches: (event) =>
          (types === null || types.includes(event.type)) && (objectId === null || event.objectIds.includes(objectId)),
      });
      return framesOf(reader, (event) => {
        const data = EventDto.from(event);
        return [{ id: data.id, event: data.type, data }];
      });
    });
  }
}
