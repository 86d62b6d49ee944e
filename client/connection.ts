import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.js';
import { ForeignAnswerError, GatewayConnectionError, GatewayError } from './errors.js';
import { fetchWithRetries } from './retries.js';

/** The shapes of the API, by their names in its OpenAPI document. */
export type Schemas = components['schemas'];

/** The query parameters of a GET route. */
export type QueryOf<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? NonNullable<Query>
  : never;

export interface ClientOptions {
  /** Where the gateway listens, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Authenticates most requests. */
  readonly apiKey?: string | undefined;
  /** The token of a login or of a sandbox, for routes that need one. */
  readonly accessToken?: string | undefined;
  /** How often a request that failed for a passing reason is repeated; 2. */
  readonly maxRetries?: number | undefined;
  /** How long one attempt may take, in ms; 80,000. */
  readonly timeoutMs?: number | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks for a fault for this request alone, for example `after; reset` (X-Fault). */
  readonly fault?: string;
}

export interface WriteOptions extends RequestOptions {
  /** Makes a repetition safe also in another process; a random one where none is given. */
  readonly idempotencyKey?: string;
}

/** Options of writes that have an outcome: charges, captures and refunds. */
export interface OutcomeOptions extends WriteOptions {
  /** How many seconds to wait for the outcome, at most 30. Without it, the answer is `pending`. */
  readonly wait?: number;
}

/** What subjects of the client send their requests with. */
export interface Connection {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sends one request; the global one, unless something is done with each request. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Repeats what can safely be repeated. */
  readonly api: Client<paths>;
  /** Sends each request once, and returns what was answered. */
  readonly raw: Client<paths>;
}

export function connect({ url, apiKey, accessToken, maxRetries = 2, timeoutMs = 80_000 }: ClientOptions): Connection {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new TypeError(`${url} is not a URL of a gateway; use one such as http://127.0.0.1:3000.`);
  const baseUrl = new URL(url).origin;
  const headers = {
    ...(apiKey !== undefined && { 'x-api-key': apiKey }),
    ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
  };
  return {
    url: baseUrl,
    headers,
    fetch: (request) => fetch(request),
    api: createFetchClient<paths>({ baseUrl, headers, fetch: fetchWithRetries({ maxRetries, timeoutMs }) }),
    raw: createFetchClient<paths>({ baseUrl, headers, redirect: 'manual' }),
  };
}

/** The answer's body. Throws GatewayError if the answer is an error, ForeignAnswerError if it is not a gateway's. */
export async function answered<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    // The body is not the JSON that it should be. In some test runners, errors are of another realm.
    throw (reason as Error).name === 'SyntaxError' ? new ForeignAnswerError(reason) : reason;
  });
  if (response.ok && !response.headers.has('x-request-id')) throw new ForeignAnswerError(null);
  if (!response.ok) throw new GatewayError(response, error);
  return data as Data;
}

/** The `headers` and `signal` of a request. */
export function sent(options: OutcomeOptions = {}): { headers: Record<string, string>; signal: AbortSignal | null } {
  const { signal = null, headers, idempotencyKey, fault, wait } = options;
  return {
    signal,
    headers: {
      ...headers,
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(fault !== undefined && { 'x-fault': fault }),
      ...(wait !== undefined && { prefer: `wait=${wait}` }),
    },
  };
}

/** A request that openapi-fetch does not do, such as a stream. Sent once. Throws GatewayError, GatewayConnectionError. */
export async function fetchOnce(
  { url, headers, fetch }: Connection,
  path: string,
  init: RequestInit,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(
      new Request(`${url}${path}`, {
        ...init,
        redirect: 'manual',
        headers: { ...headers, ...(init.headers as object) },
      }),
    );
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new GatewayConnectionError(url, error);
  }
  if (response.ok) return response;
  throw new GatewayError(response, await response.json().catch(() => null));
}
