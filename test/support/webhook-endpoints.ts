import { randomUUID } from 'node:crypto';
import { eventually } from './eventually.js';
import { bodyOf, type Merchant } from './merchant.js';
import type { Answer } from './http.js';
import type { Received, Reply, WebhookRecorder } from './webhook-recorder.js';

export interface Page<T> {
  readonly data: T[];
  readonly hasMore: boolean;
}

export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: string[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: string | null;
  readonly failingSince: string | null;
  readonly signatures: string[];
  readonly publicKey: string | null;
  readonly createdAt: string;
}

export type CreatedEndpoint = Endpoint & { readonly secret: string };

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly endpointId: string | null;
  readonly url: string;
  readonly status: string;
  readonly attempts: {
    readonly at: string;
    readonly ms: number;
    readonly status: number | null;
    readonly error: string | null;
    readonly response: string;
  }[];
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
}

export interface GatewayEvent {
  readonly id: string;
  readonly type: string;
  readonly createdAt: string;
  readonly data: Record<string, unknown>;
  readonly requestId: string | null;
}

/** The body of a delivery in the Standard Webhooks form. */
export interface StandardWebhook {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

/** A path of the recorder that no other test uses; its next answers are these. */
export function ownPath(recorder: WebhookRecorder, ...replies: readonly Reply[]): string {
  const path = `/${randomUUID()}`;
  recorder.answers(path, ...replies);
  return path;
}

export function standard({ raw }: Received): StandardWebhook {
  return JSON.parse(raw.toString('utf8')) as StandardWebhook;
}

/** The three headers that a verifying library wants. */
export function signedHeaders({ headers }: Received): Record<string, string> {
  return Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  );
}

export function triesToCreateEndpoint(
  merchant: Merchant,
  endpoint: Readonly<Record<string, unknown>>,
): Promise<Answer<CreatedEndpoint>> {
  return merchant.gateway.request<CreatedEndpoint>('POST', '/webhooks/endpoints', {
    headers: merchant.withKey,
    json: endpoint,
  });
}

export async function createEndpoint(
  merchant: Merchant,
  url: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<CreatedEndpoint> {
  return bodyOf(await triesToCreateEndpoint(merchant, { url, ...more }), 201);
}

export async function getEndpoint(merchant: Merchant, id: string): Promise<Endpoint> {
  return bodyOf(await merchant.asks<Endpoint>('GET', `/webhooks/endpoints/${id}`), 200);
}

export async function changeEndpoint(
  merchant: Merchant,
  id: string,
  change: Readonly<Record<string, unknown>>,
): Promise<Endpoint> {
  return bodyOf(await merchant.asks<Endpoint>('PATCH', `/webhooks/endpoints/${id}`, { json: change }), 200);
}

/** Sends a test event. */
export async function testEndpoint(merchant: Merchant, id: string): Promise<Delivery> {
  return bodyOf(await merchant.asks<Delivery>('POST', `/webhooks/endpoints/${id}/test`), 201);
}

export async function getDelivery(merchant: Merchant, id: string): Promise<Delivery> {
  return bodyOf(await merchant.asks<Delivery>('GET', `/webhooks/deliveries/${id}`), 200);
}

/** The delivery when it is over. */
export function finished(merchant: Merchant, id: string, patienceMs?: number): Promise<Delivery> {
  return eventually(
    `delivery ${id} to be over`,
    () => getDelivery(merchant, id),
    ({ status }) => status !== 'pending',
    patienceMs,
  );
}

/** @param search for example `limit=100&status=failed` */
export async function listDeliveries(merchant: Merchant, search = ''): Promise<Page<Delivery>> {
  return bodyOf(await merchant.asks<Page<Delivery>>('GET', `/webhooks/deliveries?${search}`), 200);
}

export async function listEvents(merchant: Merchant, search = ''): Promise<Page<GatewayEvent>> {
  return bodyOf(await merchant.asks<Page<GatewayEvent>>('GET', `/events?${search}`), 200);
}

/** Every event of an account, by following the cursor. */
export async function allEvents(merchant: Merchant, search = ''): Promise<GatewayEvent[]> {
  const events: GatewayEvent[] = [];
  for (let cursor = ''; ;) {
    const { data, hasMore } = await listEvents(merchant, `limit=100&${search}${cursor}`);
    events.push(...data);
    if (!hasMore) return events;
    cursor = `&startingAfter=${data.at(-1)?.id ?? ''}`;
  }
}
