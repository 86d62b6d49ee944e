import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { EventStreams } from '../platform/streams/event-streams.service.js';
import { framesOf } from '../platform/streams/frames.js';
import type { StreamConnection } from '../platform/streams/stream-connection.decorator.js';
import { RequestLogDto } from './dto/request-log.dto.js';
import { matchesFilter, type RequestLogFilter } from './request-log-batches.js';
import { RequestLogFeed } from './request-log-feed.service.js';

/** Streams the requests of an account. */
@Injectable()
export class RequestLogTail {
  constructor(
    private readonly streams: EventStreams,
    private readonly feed: RequestLogFeed,
  ) {}

  /**
   * Opens a stream of the requests that are answered from now on; with `after`, also of those since a few seconds before
   * that one. Throws TooManyOpenRequestsError.
   */
  stream(
    caller: Principal,
    filter: RequestLogFilter,
    after: string | null,
    connection: StreamConnection,
  ): Promise<StreamableFile> {
    return this.streams.open(caller, connection, async () => {
      const reader = await this.feed.follow(caller.accountId, {
        after,
        filter: {},
        matches: ({ entries }) => entries.some((entry) => matchesFilter(entry, filter)),
      });
      return framesOf(reader, ({ entries }) =>
        entries
          .filter((entry) => matchesFilter(entry, filter))
          .map((entry) => ({ id: entry.id, event: 'request', data: RequestLogDto.from(entry) })),
      );
    });
  }
}
