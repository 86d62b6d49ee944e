import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type EventType,
  type OfType,
  verifyWebhook,
  type WebhookEvent,
  WebhookVerificationError,
} from '../client/index.js';

/** A webhook that came, with its event. */
export type ReceivedWebhook = WebhookEvent & {
  /** The `webhook-id`: the same for all attempts. */
  readonly webhookId: string;
  readonly headers: IncomingMessage['headers'];
  /** Exactly as received. */
  readonly rawBody: string;
  /** The status that was answered. */
  readonly answered: number;
};

/** A request whose signature is wrong. */
export interface RejectedWebhook {
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawBody: string;
  /** The status that was answered. */
  readonly answered: number;
}

interface Waiting {
  readonly type: EventType | undefined;
  readonly resolve: (webhook: ReceivedWebhook) => void;
}

const DEFAULT_WAIT_MS = 10_000;

/** The receivers of this process, which listen on one port. */
const receivers = new Map<string, WebhookReceiver>();
let server: Promise<Server> | undefined;

/** Receives the webhooks of one sandbox: verifies their signatures, records and acknowledges them. */
export class WebhookReceiver {
  /** The webhooks with a right signature, in the order in which they were answered, each attempt. */
  readonly received: ReceivedWebhook[] = [];
  /** What came without a right signature. It was answered with 401, or by the handler under test. */
  readonly rejected: RejectedWebhook[] = [];
  /** What verifies signatures: the secret of the endpoint and of the account. */
  secrets: readonly string[] = [];
  private readonly taken = new Set<ReceivedWebhook>();
  private readonly waiting = new Set<Waiting>();
  private failures: number[] = [];
  private handlerUrl: string | undefined;

  private constructor(
    /** Where it listens. A payment's `webhookUrl` can be this too. */
    readonly url: string,
    private readonly path: string,
  ) {}

  static async open(): Promise<WebhookReceiver> {
    const path = `/${randomUUID()}`;
    server ??= listen();
    const { port } = (await server).address() as AddressInfo;
    const receiver = new WebhookReceiver(`http://127.0.0.1:${port}${path}`, path);
    receivers.set(path, receiver);
    return receiver;
  }

  /** The secret of its endpoint (`whsec_…`), for a handler under test. */
  get secret(): string {
    return this.secrets[0] ?? '';
  }

  /**
   * Passes what comes from now on to the handler under test, unchanged, and its answer back to the gateway. `next` then
   * resolves when the handler has acknowledged a webhook; what `failNext` fails does not reach the handler.
   */
  forwardTo(url: string): void {
    this.handlerUrl = url;
  }

  /** Answers the next webhooks with this status, so that the gateway sends them again. */
  failNext(count: number, status = 500): void {
    this.failures.push(...Array.from({ length: count }, () => status));
  }

  /**
   * The next webhook of a type that was acknowledged and that no call returned before; also one that came already.
   * Rejects if none comes in time.
   */
  async next<Type extends EventType>(
    type?: Type,
    { timeoutMs = DEFAULT_WAIT_MS } = {},
  ): Promise<OfType<ReceivedWebhook, Type>> {
    const found = this.received.find((webhook) => this.isNew(webhook, type));
    if (found) {
      this.taken.add(found);
      return found as OfType<ReceivedWebhook, Type>;
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        type,
        resolve: (webhook) => {
          clearTimeout(timer);
          resolve(webhook as OfType<ReceivedWebhook, Type>);
        },
      };
      const timer = setTimeout(() => {
        this.waiting.delete(waiting);
        reject(new Error(`No webhook ${type ?? ''} came within ${timeoutMs} ms. ${this.describe()}`));
      }, timeoutMs);
      this.waiting.add(waiting);
    });
  }

  /** Ends it. The port is closed with the last receiver of the process. */
  async close(): Promise<void> {
    receivers.delete(this.path);
    if (receivers.size > 0) return;
    const last = server;
    server = undefined;
    const listening = await last;
    listening?.close();
    listening?.closeAllConnections();
  }

  /** The status of the answer to a request. */
  async receive(headers: IncomingMessage['headers'], rawBody: string): Promise<number> {
    let event: WebhookEvent & { event?: EventType };
    try {
      event = verifyWebhook(rawBody, headers, this.secrets);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError || error instanceof SyntaxError)) throw error;
      const answered = (await this.forward(headers, rawBody)) ?? 401;
      this.rejected.push({ reason: error.message, headers, rawBody, answered });
      return answered;
    }
    const answered = this.failures.shift() ?? (await this.forward(headers, rawBody)) ?? 200;
    const webhook = {
      ...event,
      // The message to a payment's own `webhookUrl` has its type in `event`.
      type: event.event ?? event.type,
      webhookId: String(headers['webhook-id']),
      headers,
      rawBody,
      answered,
    } as ReceivedWebhook;
    this.received.push(webhook);
    this.hand(webhook);
    return answered;
  }

  /** The answer of the handler under test, 500 if there is none; undefined if there is no handler. */
  private async forward(headers: IncomingMessage['headers'], body: string): Promise<number | undefined> {
    if (this.handlerUrl === undefined) return undefined;
    const passed = Object.entries(headers).filter(([name]) => /^(?:content-type|webhook-.+|x-signature.*)$/.test(name));
    try {
      const response = await fetch(this.handlerUrl, {
        method: 'POST',
        headers: Object.fromEntries(passed) as Record<string, string>,
        body,
        redirect: 'manual',
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 500;
    }
  }

  private hand(webhook: ReceivedWebhook): void {
    for (const waiting of this.waiting) {
      if (!this.isNew(webhook, waiting.type)) continue;
      this.taken.add(webhook);
      this.waiting.delete(waiting);
      waiting.resolve(webhook);
      return;
    }
  }

  private isNew(webhook: ReceivedWebhook, type: EventType | undefined): boolean {
    return webhook.answered < 300 && !this.taken.has(webhook) && (type === undefined || webhook.type === type);
  }

  private describe(): string {
    const types = this.received.map(({ type, answered }) => `${type} (answered ${answered})`);
    const rejected = this.rejected.map(({ reason }) => `rejected: ${reason}`);
    return `Received: ${[...types, ...rejected].join(', ') || 'nothing'}.`;
  }
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const listening = createServer((request, response) => {
      void answer(request, response);
    });
    // The tests decide when the process ends.
    listening.on('connection', (socket) => socket.unref());
    listening.once('error', reject);
    listening.listen(0, '127.0.0.1', () => {
      listening.unref();
      resolve(listening);
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const receiver = receivers.get(request.url ?? '');
    response.statusCode = receiver
      ? await receiver.receive(request.headers, Buffer.concat(chunks).toString('utf8'))
      : 404;
    response.end();
  } catch {
    response.destroy();
  }
}
