import { connect } from 'node:net';
import type { Answer } from './http.js';
import { bodyOf, type Merchant, newCharge } from './merchant.js';
import type { Page } from './webhook-endpoints.js';
import { within } from './eventually.js';

export interface Hit {
  readonly at: string;
  readonly requestId: string | null;
  readonly operation: string | null;
  readonly idempotencyKey: string | null;
  readonly effect: Readonly<Record<string, unknown>>;
  readonly when: string | null;
  readonly objectId: string | null;
  readonly moneyMoved: boolean;
  readonly repeatedWith: string | null;
}

export interface Fault {
  readonly id: string;
  readonly source: string;
  readonly match: Readonly<Record<string, unknown>>;
  readonly when: string | null;
  readonly effect: Readonly<Record<string, unknown>> | null;
  readonly sequence: (Readonly<Record<string, unknown>> | null)[] | null;
  readonly times: number | null;
  readonly skip: number;
  readonly probability: number;
  readonly remaining: number | null;
  readonly hits: Hit[];
  readonly createdAt: string;
}

type Json = Readonly<Record<string, unknown>>;

export function triesToCreateFault(merchant: Merchant, fault: Json): Promise<Answer<Fault>> {
  return merchant.asks<Fault>('POST', '/faults', { json: fault });
}

export async function createFault(merchant: Merchant, fault: Json): Promise<Fault> {
  return bodyOf(await triesToCreateFault(merchant, fault), 201);
}

export async function getFault(merchant: Merchant, id: string): Promise<Fault> {
  return bodyOf(await merchant.asks<Fault>('GET', `/faults/${id}`), 200);
}

export async function listFaults(merchant: Merchant, search = ''): Promise<Page<Fault>> {
  return bodyOf(await merchant.asks<Page<Fault>>('GET', `/faults?${search}`), 200);
}

/** The answer to a charge, or `lost` where none came. */
export async function charges(
  merchant: Merchant,
  { headers = {}, ...charge }: Json & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer<{ id: string }> | 'lost'> {
  try {
    return await merchant.gateway.request<{ id: string }>('POST', '/payments/charge', {
      headers: { ...merchant.withKey, ...headers },
      json: newCharge(charge),
    });
  } catch (error) {
    // Of another realm than the test's, so not an instance of its TypeError.
    if ((error as Error).message === 'fetch failed' || (error as Error).message === 'terminated') return 'lost';
    throw error;
  }
}

/** The status of each charge, one after another. */
export async function statusesOf(merchant: Merchant, count: number): Promise<(number | 'lost')[]> {
  const statuses: (number | 'lost')[] = [];
  for (let n = 0; n < count; n += 1) {
    const answer = await charges(merchant);
    statuses.push(answer === 'lost' ? answer : answer.status);
  }
  return statuses;
}

/** What came over a connection until it ended. */
export interface Exchange {
  readonly received: Buffer;
  /** Whether the server reset the connection, or closed it. */
  readonly end: 'reset' | 'closed';
  readonly ms: number;
}

/** Sends a charge over a connection of its own, and reads until the server ends the connection. */
export async function exchange(merchant: Merchant, fault: string, path = '/payments/charge'): Promise<Exchange> {
  const { hostname, port } = new URL(merchant.gateway.url);
  const body = JSON.stringify(newCharge());
  const chunks: Buffer[] = [];
  let end: Exchange['end'] = 'closed';
  const began = performance.now();
  const socket = connect(Number(port), hostname);
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') end = 'reset';
  });
  socket.write(
    [
      `POST /api/v1${path} HTTP/1.1`,
      `host: ${hostname}`,
      `x-api-key: ${merchant.apiKey}`,
      `x-fault: ${fault}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  await within('the connection to end', 15_000, closed);
  return { received: Buffer.concat(chunks), end, ms: performance.now() - began };
}
