import { EventSourceParserStream } from 'eventsource-parser/stream';
import { answered, type Connection, fetchOnce } from './connection.js';
import { ForeignAnswerError, GatewayConnectionError, GatewayError } from './errors.js';
import type { PagedList } from './pages.js';
import { sleep } from './sleep.js';

export interface StreamOptions {
  /** Ends the stream. */
  readonly signal?: AbortSignal;
  /** The id of an object: those after it come first. Without it, only new ones. */
  readonly after?: string;
  /** Called each time that the connection stands, and with the reason when it is lost. */
  readonly onConnection?: (lost: Error | null) => void;
}

interface Followed<Item> {
  readonly path: string;
  /** What ids of the objects begin with. */
  readonly prefix: string;
  readonly filter: Readonly<Record<string, string | undefined>>;
  readonly newest: (limit: number, signal: AbortSignal) => PagedList<Item & { readonly id: string }>;
  readonly options: StreamOptions;
}

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 3_000;

/** How many ids are remembered to tell what came twice: much more than the gateway sends again. */
const MAX_REMEMBERED = 50_000;

/** How many of the objects before the beginning are remembered, since the gateway sends the latest of them again. */
const BEFORE = 100;

/**
 * Reads a stream of the gateway, and connects again when the connection is lost, from where it was. Throws GatewayError
 * if the gateway refuses it, and GatewayConnectionError if it can't be reached the first time.
 */
export async function* followStream<Item extends { readonly id: string }>(
  connection: Connection,
  { path, prefix, filter, newest, options }: Followed<Item>,
): AsyncGenerator<Item, void, undefined> {
  const { signal = new AbortController().signal, onConnection } = options;
  const isOver = (): boolean => signal.aborted;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
  const seen = new Set<string>();
  let [cursor, oldest] = [options.after ?? '', ''];
  if (options.after === undefined) {
    // Connects from the newest object on, so that what happens before the connection stands comes too.
    const { data, hasMore } = await newest(BEFORE, signal);
    for (const { id } of data) seen.add(id);
    cursor = data[0]?.id ?? (await idOfNow(connection, prefix, signal));
    oldest = hasMore ? (data.at(-1)?.id ?? '') : '';
  }
  const beginning = cursor;
  // What the gateway sends again from before the beginning comes first. Later an id below the oldest can be new: in a
  // sandbox, ids of one time don't come in order.
  let isCatchingUp = oldest !== '';
  for (let failures = 0; !isOver(); failures++) {
    try {
      const response = await fetchOnce(connection, `${path}?${query.toString()}`, {
        headers: { 'last-event-id': cursor },
        signal,
      });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) throw new ForeignAnswerError(null);
      failures = 0;
      onConnection?.(null);
      for await (const { id, data } of framesOf(response)) {
        if (id === beginning) isCatchingUp = false;
        if (id === undefined || seen.has(id) || (isCatchingUp && id < oldest)) continue;
        isCatchingUp = false;
        seen.add(id);
        if (seen.size > MAX_REMEMBERED) seen.delete(seen.values().next().value ?? '');
        cursor = id;
        yield itemOf(data) as Item;
      }
      if (!isOver()) onConnection?.(new Error('The gateway closed the connection.'));
    } catch (error) {
      if (isOver()) return;
      if (!isPassing(error)) throw error;
      onConnection?.(error as Error);
    }
    await sleep(Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures), signal).catch(() => undefined);
  }
}

function itemOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new ForeignAnswerError(error);
  }
}

function framesOf(response: Response): AsyncIterable<{ id?: string | undefined; data: string }> {
  if (!response.body) throw new Error('The stream has no body.');
  return response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}

/** An id as an object of this moment, by the account's clock, would have it. */
async function idOfNow(connection: Connection, prefix: string, signal: AbortSignal): Promise<string> {
  const { now } = await answered(connection.api.GET('/api/v1/clock', { signal }));
  return `${prefix}_${new Date(now).getTime().toString(16).padStart(12, '0')}${'0'.repeat(12)}`;
}

/** Whether the gateway may take the stream when it is asked again. */
function isPassing(error: unknown): boolean {
  if (error instanceof GatewayError) return error.status === 429 || error.status >= 500;
  // A body that breaks off is a TypeError of fetch, from another realm in some test runners.
  return error instanceof GatewayConnectionError || (error as Error).name === 'TypeError';
}
