import {
  type BalanceSums,
  type CreatedSandbox,
  createClient,
  type Dispute,
  type EventType,
  type GatewayClient,
  GatewayError,
  type GatewayEvent,
  type OfType,
  type Payment,
  type SandboxSettings,
  type Schemas,
} from '../client/index.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** What a sandbox begins with. */
export interface SandboxOptions {
  /** `real`, or where a virtual clock begins; real where none is given. */
  readonly clock?: 'real' | { readonly now: string | Date };
  /** Ids follow from it. */
  readonly seed?: string;
  /** In place of those of the gateway. `processingDelayMs` is 0 where none is given. */
  readonly settings?: Partial<SandboxSettings>;
  readonly name?: string;
  /** The export of a snapshot, or the id of one. */
  readonly snapshot?: unknown;
  /** Whether a receiver gets its webhooks; yes where it is not given. */
  readonly webhooks?: boolean;
}

export interface EventOptions {
  /** The object that the event is about, or its id. */
  readonly of?: string | { readonly id: string };
  /** How long to wait for the event; 10,000. */
  readonly timeoutMs?: number;
}

/** What a payment brings into the balance. */
export interface FundOptions {
  /** What the customer pays, in major units; the balance has it without the fee. */
  readonly amount: number;
  /** USD where none is given. */
  readonly currency?: string;
}

export interface DisputeOptions {
  /** `fraudulent` where none is given. */
  readonly reason?: Schemas['DisputeReason'];
  /** All that can be disputed where none is given. */
  readonly amount?: number;
}

/** Before all events. */
const BEGINNING = `evt_${'0'.repeat(24)}`;

const DEFAULT_WAIT_MS = 10_000;

/** How long the sandbox of a test that was killed stays, in seconds. */
const LIFE_SECONDS = 3600;

/** An account for one test: its client, its clock, its faults and its webhooks. */
export class TestSandbox implements AsyncDisposable {
  readonly id: string;
  readonly apiKey: string;
  readonly accessToken: string;
  /** The account's own secret (`SK_…`), which signs the webhooks to a payment's `webhookUrl`. */
  readonly webhookSecret: string;
  readonly client: GatewayClient;
  readonly clock: GatewayClient['clock'];
  readonly faults: GatewayClient['faults'];
  /** The last event that `event` returned, by what it was asked for. */
  private readonly last = new Map<string, string>();
  private disposed: Promise<void> | undefined;

  private constructor(
    /** Where the gateway listens. */
    readonly url: string,
    { id, apiKey, accessToken, webhookSecret }: CreatedSandbox,
    private readonly receiver: WebhookReceiver | null,
  ) {
    this.id = id;
    this.apiKey = apiKey;
    this.accessToken = accessToken;
    this.webhookSecret = webhookSecret;
    this.client = createClient({ url, apiKey, accessToken });
    this.clock = this.client.clock;
    this.faults = this.client.faults;
  }

  static async create(url: string, options: SandboxOptions): Promise<TestSandbox> {
    const { clock, seed, settings, name, snapshot, webhooks = true } = options;
    const created = await createClient({ url }).sandboxes.create({
      settings: { processingDelayMs: 0, ...settings },
      expiresInSeconds: LIFE_SECONDS,
      ...(clock !== undefined && { clock: clock === 'real' ? clock : { now: new Date(clock.now).toISOString() } }),
      ...(seed !== undefined && { seed }),
      ...(name !== undefined && { name }),
      ...(snapshot !== undefined && { snapshot }),
    } as Parameters<GatewayClient['sandboxes']['create']>[0]);
    const receiver = webhooks ? await WebhookReceiver.open() : null;
    const sandbox = new TestSandbox(url, created, receiver);
    if (receiver) {
      receiver.secrets = [await sandbox.register(receiver.url), created.webhookSecret];
    }
    return sandbox;
  }

  /** What receives its webhooks. */
  get webhooks(): WebhookReceiver {
    if (!this.receiver) throw new Error('This sandbox was created with `webhooks: false`.');
    return this.receiver;
  }

  /**
   * Waits for an event. With `of`, the first one of its type about that object, also if it happened already; without,
   * each call returns the next one of its type since the sandbox began. Rejects if none comes in time.
   */
  async event<Type extends EventType>(
    type: Type,
    { of, timeoutMs = DEFAULT_WAIT_MS }: EventOptions = {},
  ): Promise<OfType<GatewayEvent, Type>> {
    const objectId = typeof of === 'object' ? of.id : of;
    const about = objectId === undefined ? { after: this.last.get(type) ?? BEGINNING } : { objectId };
    const event = await this.client.events.next({ type, waitMs: timeoutMs, ...about });
    if (!event) throw new Error(await this.describeMissing(type, objectId, timeoutMs));
    if (objectId === undefined) this.last.set(type, event.id);
    return event as OfType<GatewayEvent, Type>;
  }

  /** Charges, and returns the payment: its money is in the available balance at once, and can be paid out. */
  async fund({ amount, currency = 'USD' }: FundOptions): Promise<Payment> {
    const { id } = await this.client.payments.charge({
      customerName: 'Jenny Rosen',
      paymentAmount: amount,
      currency,
      paymentMethod: 'pm_card_bypassPending',
    });
    await this.event('payment.completed', { of: id });
    return this.client.payments.get(id);
  }

  /** Disputes a payment, or part of it, as the customer's bank would. Returns when the event is there. */
  async dispute(payment: string | { readonly id: string }, options: DisputeOptions = {}): Promise<Dispute> {
    const { reason = 'fraudulent', amount } = options;
    const dispute = await this.client.payments.dispute(typeof payment === 'string' ? payment : payment.id, {
      reason,
      ...(amount !== undefined && { amount }),
    });
    await this.event('dispute.created', { of: dispute });
    return dispute;
  }

  /** Advances the virtual clock to the day when all that is pending now is available. Returns the balance of that day. */
  async advanceToFunds(): Promise<BalanceSums> {
    let last = 0;
    for await (const { status, availableOn } of this.client.balance.transactions())
      if (status === 'pending') last = Math.max(last, Date.parse(availableOn));
    if (last > 0) await this.clock.advance(new Date(last));
    return this.client.balance.get();
  }

  /** Deletes the sandbox with all that it owns. */
  dispose(): Promise<void> {
    return (this.disposed ??= this.end());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** Sends everything to a URL, and returns the secret that signs it. Without a key, which costs two more writes. */
  private async register(url: string): Promise<string> {
    const { data, error, response } = await this.client.raw.POST('/api/v1/webhooks/endpoints', {
      body: { url, events: ['*'] },
    });
    if (!data?.secret) throw new GatewayError(response, error);
    return data.secret;
  }

  private async end(): Promise<void> {
    await this.receiver?.close();
    await this.client.sandboxes.delete();
  }

  private async describeMissing(type: string, objectId: string | undefined, timeoutMs: number): Promise<string> {
    const { data } = await this.client.events.list(objectId === undefined ? {} : { objectId });
    const types = data.map((event) => event.type).reverse();
    const about = objectId === undefined ? '' : ` about ${objectId}`;
    return `No ${type}${about} within ${timeoutMs} ms. Its events so far: ${types.join(', ') || 'none'}.`;
  }
}
