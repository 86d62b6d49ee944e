import { createHmac, timingSafeEqual } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a merchant's handler does wrong; a handler without faults is right. */
export interface HandlerFaults {
  /** Accepts any signature, or none. */
  readonly verifiesNothing?: boolean;
  readonly acceptsMissingSignature?: boolean;
  /** Throws, and so answers 500, if the signature has another length. */
  readonly crashesOnMalformed?: boolean;
  readonly ignoresTimestamps?: boolean;
  readonly takesOldTimestampsOnly?: boolean;
  readonly onlyFirstSignature?: boolean;
  /** Verifies JSON that it parsed and serialized again. */
  readonly verifiesSerialized?: boolean;
  readonly failsOnUnknownTypes?: boolean;
  readonly failsOnUnknownFields?: boolean;
  readonly maxBodyBytes?: number;
  readonly appliesDuplicates?: boolean;
  readonly refusesDuplicates?: boolean;
  /** Forgets ids when it has seen this many others. */
  readonly remembersIds?: number;
  /** The last event to arrive says the status. */
  readonly lastEventWins?: boolean;
  readonly maxConcurrent?: number;
  readonly answersAfterMs?: number;
  readonly neverAnswers?: boolean;
  /** Answers this to a wrong signature; 401 if not given. */
  readonly refusesWith?: number;
  /** Does the work this long after its answer. */
  readonly worksAfterMs?: number;
  /** Puts its own secret into its answers. */
  readonly leaksSecret?: boolean;
  /** Asks for a later repetition of events of unknown payments that are not their first. */
  readonly wantsCreationFirst?: boolean;
  readonly stateIsEmpty?: boolean;
}

interface Message {
  readonly id?: string;
  readonly type?: string;
  readonly event?: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface State {
  status: unknown;
  at: string;
  completions: number;
}

/** A request as it came. */
export interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const KNOWN_FIELDS = new Set(['id', 'type', 'event', 'timestamp', 'data']);

/** A merchant's webhook handler on this machine. It keeps the state of each payment in memory. */
export class WebhookHandler {
  readonly seen: Seen[] = [];
  private readonly ids: string[] = [];
  private readonly states = new Map<string, State>();
  private concurrent = 0;
  private readonly stopped = new AbortController();

  private constructor(
    private readonly server: Server,
    private readonly style: 'standard' | 'v1',
    private readonly secret: string,
    private readonly faults: HandlerFaults,
  ) {}

  static async start(style: 'standard' | 'v1', secret: string, faults: HandlerFaults = {}): Promise<WebhookHandler> {
    const server = createServer();
    const handler = new WebhookHandler(server, style, secret, faults);
    // One for each answer that waits.
    setMaxListeners(0, handler.stopped.signal);
    server.on('request', (request, response) => {
      handler.answer(request, response).catch(() => response.writeHead(500).end('{"error":"internal"}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return handler;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhooks`;
  }

  get stateUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/state?for=tests`;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'GET') {
      const id = new URL(request.url ?? '', this.url).searchParams.get('id') ?? '';
      const state = this.states.get(id);
      response.writeHead(state ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.faults.stateIsEmpty ? {} : (state ?? { error: 'unknown payment' })));
      return;
    }
    const raw = Buffer.concat(chunks);
    this.seen.push({ headers: request.headers, body: raw.toString('utf8') });
    if (this.faults.neverAnswers) return;
    this.concurrent += 1;
    try {
      // Long enough for messages that are sent at once to meet.
      if (this.faults.maxConcurrent !== undefined) await delay(20);
      if (this.faults.answersAfterMs !== undefined)
        await delay(this.faults.answersAfterMs, undefined, { signal: this.stopped.signal });
      const status = this.statusFor(request.headers, raw);
      const leak = this.faults.leaksSecret ? `the secret is ${this.secret}` : 'ok';
      response.writeHead(status).end(JSON.stringify({ answer: status < 300 ? leak : 'refused' }));
    } finally {
      this.concurrent -= 1;
    }
  }

  private statusFor(headers: IncomingHttpHeaders, raw: Buffer): number {
    const { maxBodyBytes = Infinity, maxConcurrent = Infinity, refusesWith = 401 } = this.faults;
    if (raw.length > maxBodyBytes) return 413;
    if (this.concurrent > maxConcurrent) return 503;
    if (!this.faults.verifiesNothing && !this.isVerified(headers, raw)) return refusesWith;
    const message = JSON.parse(raw.toString('utf8')) as Message;
    if (this.faults.failsOnUnknownFields && Object.keys(message).some((name) => !KNOWN_FIELDS.has(name))) return 422;
    const type = message.type ?? message.event ?? '';
    if (!type.startsWith('payment.')) return this.faults.failsOnUnknownTypes ? 500 : 200;
    return this.receive(String(headers['webhook-id']), type, message);
  }

  private receive(id: string, type: string, message: Message): number {
    const {
      refusesDuplicates,
      appliesDuplicates,
      remembersIds = Infinity,
      worksAfterMs,
      wantsCreationFirst,
    } = this.faults;
    const payment = this.style === 'v1' ? (message.id ?? '') : String(message.data.id);
    if (this.ids.includes(id)) {
      if (refusesDuplicates) return 409;
      if (!appliesDuplicates) return 200;
    }
    const isLaterStatus = type !== 'payment.created' && type !== 'payment.completed';
    if (wantsCreationFirst && isLaterStatus && !this.states.has(payment)) return 425;
    this.ids.push(id);
    if (this.ids.length > remembersIds) this.ids.shift();
    if (worksAfterMs === undefined) this.apply(payment, type, message);
    else
      void delay(worksAfterMs).then(() => {
        this.apply(payment, type, message);
      });
    return 200;
  }

  private apply(payment: string, type: string, { timestamp, data }: Message): void {
    const state = this.states.get(payment) ?? { status: null, at: '', completions: 0 };
    if (type === 'payment.completed') state.completions += 1;
    if (this.faults.lastEventWins || timestamp > state.at) Object.assign(state, { status: data.status, at: timestamp });
    this.states.set(payment, state);
  }

  private isVerified(headers: IncomingHttpHeaders, raw: Buffer): boolean {
    const signed = this.faults.verifiesSerialized ? Buffer.from(JSON.stringify(JSON.parse(raw.toString('utf8')))) : raw;
    return this.style === 'v1' ? this.isVerifiedV1(headers, signed) : this.isVerifiedStandard(headers, signed);
  }

  private isVerifiedV1(headers: IncomingHttpHeaders, signed: Buffer): boolean {
    const given = [headers['x-signature'], headers['x-signature-previous']].filter((value) => value !== undefined);
    if (given.length === 0 && this.faults.acceptsMissingSignature) return true;
    const expected = createHmac('sha256', this.secret).update(signed).digest('hex');
    return this.usable(given.map(String)).some((signature) => this.areEqual(signature, expected));
  }

  private isVerifiedStandard(headers: IncomingHttpHeaders, signed: Buffer): boolean {
    const header = headers['webhook-signature'];
    if (header === undefined) return this.faults.acceptsMissingSignature ?? false;
    const seconds = Number(headers['webhook-timestamp']);
    const ahead = seconds - Date.now() / 1000;
    const tooFar = this.faults.takesOldTimestampsOnly ? ahead > 300 : Math.abs(ahead) > 300;
    if (!this.faults.ignoresTimestamps && tooFar) return false;
    const key = this.secret.startsWith('whsec_') ? Buffer.from(this.secret.slice(6), 'base64') : this.secret;
    const content = Buffer.concat([Buffer.from(`${String(headers['webhook-id'])}.${seconds}.`), signed]);
    const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    return this.usable(String(header).split(' ')).some((signature) => this.areEqual(signature, expected));
  }

  private usable(signatures: readonly string[]): readonly string[] {
    return this.faults.onlyFirstSignature ? signatures.slice(0, 1) : signatures;
  }

  private areEqual(given: string, expected: string): boolean {
    const [one, other] = [Buffer.from(given), Buffer.from(expected)];
    if (one.length !== other.length && !this.faults.crashesOnMalformed) return false;
    return timingSafeEqual(one, other);
  }
}
