import { answered, type Connection, type QueryOf, type RequestOptions, type Schemas, sent } from './connection.js';
import { PagedList } from './pages.js';
import { followStream, type StreamOptions } from './streams.js';

export type GatewayEvent = Schemas['EventDto'];
export type EventType = Schemas['EventType'];
export type RequestLog = Schemas['RequestLogDto'];

/** Those of a union of events that have a type: `OfType<GatewayEvent, 'payment.completed'>` has a payment as its data. */
export type OfType<Event extends { readonly type: string }, Type> = Type extends unknown
  ? Event extends unknown
    ? Type extends Event['type']
      ? Event & { readonly type: Type }
      : never
    : never
  : never;

export interface EventStreamOptions extends StreamOptions {
  /** A type, a group such as `payment.*`, or several with commas in between. */
  readonly type?: string | undefined;
  /** Only events about this object. */
  readonly objectId?: string | undefined;
}

export interface RequestLogStreamOptions extends StreamOptions {
  /** A status (`404`) or a class of them (`4xx`). */
  readonly status?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
}

export class Events {
  constructor(private readonly connection: Connection) {}

  get(id: string, options?: RequestOptions): Promise<GatewayEvent> {
    return answered(
      this.connection.api.GET('/api/v1/events/{event_id}', { params: { path: { event_id: id } }, ...sent(options) }),
    );
  }

  /** Newest first. */
  list(query: QueryOf<'/api/v1/events'> = {}, options?: RequestOptions): PagedList<GatewayEvent> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/events', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  /** Waits for the next event that matches; null if none came within `waitMs` (10 s). */
  async next(query: QueryOf<'/api/v1/events/next'> = {}, options?: RequestOptions): Promise<GatewayEvent | null> {
    const event = await answered(
      this.connection.api.GET('/api/v1/events/next', { params: { query }, ...sent(options) }),
    );
    return event ?? null;
  }

  /** Every event from now on, each once and as it comes, also after a lost connection, until `signal` is aborted. */
  stream(options: EventStreamOptions = {}): AsyncGenerator<GatewayEvent, void, undefined> {
    return followStream(this.connection, {
      path: '/api/v1/events/stream',
      prefix: 'evt',
      filter: { type: options.type, objectId: options.objectId },
      newest: (limit, signal) => this.list({ limit }, { signal }),
      options,
    });
  }
}

export class RequestLogs {
  constructor(private readonly connection: Connection) {}

  /** Newest first. */
  list(query: QueryOf<'/api/v1/request-logs'> = {}, options?: RequestOptions): PagedList<RequestLog> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/request-logs', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** Every request from now on, as it is answered, also after a lost connection, until `signal` is aborted. */
  stream(options: RequestLogStreamOptions = {}): AsyncGenerator<RequestLog, void, undefined> {
    return followStream(this.connection, {
      path: '/api/v1/request-logs/stream',
      prefix: 'log',
      filter: { status: options.status, method: options.method, path: options.path },
      newest: (limit, signal) => this.list({ limit }, { signal }),
      options,
    });
  }
}
