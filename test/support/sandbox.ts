import { bodyOf, type Charged, newCharge, type Transaction } from './merchant.js';
import type { Gateway } from './gateway.js';
import type { Answer, Sent } from './http.js';
import type { CreatedEndpoint, Delivery, GatewayEvent, Page } from './webhook-endpoints.js';

export interface SandboxBody {
  readonly id: string;
  readonly accountId: string;
  readonly apiKey: string;
  readonly accessToken: string;
  readonly webhookSecret: string;
  readonly consoleUrl: string;
  readonly name: string | null;
  readonly seed: string;
  readonly clock: { readonly kind: 'real' | 'virtual'; readonly now: string };
  readonly settings: Readonly<Record<string, unknown>>;
  readonly expiresAt: string;
  readonly createdAt: string;
  readonly newSecrets: { readonly endpointId: string; readonly secret: string }[];
}

export interface Clock {
  readonly kind: string;
  readonly now: string;
  readonly nextDueAt: string | null;
}

export interface Advanced {
  readonly now: string;
  readonly ran: { readonly at: string; readonly type: string; readonly id: string }[];
  readonly nextDueAt: string | null;
  readonly truncated: boolean;
}

export interface SnapshotBody {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: string;
  readonly counts: Readonly<Record<string, number>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** When the virtual clocks of tests begin. */
export const START = '2026-01-31T09:00:00.000Z';

/** A virtual clock and payments that are final at once. */
export const STANDING: Fields = { clock: { now: START }, settings: { processingDelayMs: 0 } };

/** A sandbox of a gateway, and what its test does with it. */
export class Sandbox {
  private constructor(
    readonly gateway: Gateway,
    readonly created: SandboxBody,
  ) {}

  static async create(gateway: Gateway, fields: Fields = STANDING): Promise<Sandbox> {
    return new Sandbox(gateway, bodyOf(await Sandbox.triesToCreate(gateway, fields), 201));
  }

  static triesToCreate(gateway: Gateway, fields: Fields, sent: Sent = {}): Promise<Answer<SandboxBody>> {
    return gateway.request<SandboxBody>('POST', '/sandboxes', { ...sent, json: fields });
  }

  get withKey(): Record<string, string> {
    return { 'x-api-key': this.created.apiKey };
  }

  get withToken(): Record<string, string> {
    return { authorization: `Bearer ${this.created.accessToken}` };
  }

  /** A request with the key. */
  asks<Body = unknown>(method: string, path: string, sent: Sent = {}): Promise<Answer<Body>> {
    return this.gateway.request<Body>(method, path, { ...sent, headers: { ...this.withKey, ...sent.headers } });
  }

  /** The body of an answer with a 2xx. */
  async does<Body = unknown>(method: string, path: string, json?: unknown, headers = {}): Promise<Body> {
    const answer = await this.asks<Body>(method, path, { ...(json !== undefined && { json }), headers });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }

  charges(overrides: Fields = {}): Promise<Charged> {
    return this.does<Charged>('POST', '/payments/charge', newCharge(overrides));
  }

  gets(id: string): Promise<Transaction & Fields> {
    return this.does('GET', `/payments/${id}`);
  }

  async events(search = 'limit=100'): Promise<GatewayEvent[]> {
    return (await this.does<Page<GatewayEvent>>('GET', `/events?${search}`)).data;
  }

  async deliveries(search = 'limit=100'): Promise<Delivery[]> {
    return (await this.does<Page<Delivery>>('GET', `/webhooks/deliveries?${search}`)).data;
  }

  subscribes(url: string, more: Fields = {}): Promise<CreatedEndpoint> {
    return this.does('POST', '/webhooks/endpoints', { url, ...more });
  }

  advance(how: Fields): Promise<Advanced> {
    return this.does('POST', '/clock/advance', how);
  }

  clock(): Promise<Clock> {
    return this.does('GET', '/clock');
  }

  async snapshot(name?: string): Promise<SnapshotBody> {
    return this.does('POST', '/sandboxes/current/snapshots', { name: name ?? null });
  }
}

/** A time of the clock: `START` and so much. */
export function later(ms: number): string {
  return new Date(Date.parse(START) + ms).toISOString();
}

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;
export const DAY = 24 * HOUR;
