import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { within } from './eventually.js';

/** How the receiver answers one webhook. */
export interface Reply {
  /** 200 if not given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly afterMs?: number;
  /** Ends the connection in place of an answer. */
  readonly close?: boolean;
}

/** A webhook as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Exactly the bytes of the body. */
  readonly raw: Buffer;
  readonly body: V1Webhook;
  /** When it came, ms. */
  readonly at: number;
}

export interface V1Webhook {
  readonly event: string;
  readonly id: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

const PATIENCE_MS = 15_000;

/** A receiver of webhooks on this machine that answers as it is told to and keeps all that comes. */
export class WebhookRecorder {
  readonly received: Received[] = [];
  private readonly byPayment = new Map<string, Received[]>();
  private readonly taken = new Set<Received>();
  private readonly replies = new Map<string, Reply[]>();
  private readonly waiting = new Set<() => void>();

  private readonly stopped = new AbortController();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookRecorder> {
    const server = createServer();
    const recorder = new WebhookRecorder(server);
    server.on('request', (request, response) => {
      recorder.receive(request, response).catch(() => request.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return recorder;
  }

  /** @param path a test that wants answers of its own takes a path of its own */
  url(path = '/hook'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** How the next webhooks to this path are answered, one after another; then with 200. */
  answers(path: string, ...replies: readonly Reply[]): void {
    this.replies.set(path, [...replies]);
  }

  /** The first webhook that matches and was not taken before, as soon as it is there. */
  async next(matches: (webhook: Received) => boolean = () => true, patienceMs = PATIENCE_MS): Promise<Received> {
    let look = (): void => undefined;
    const found = new Promise<Received>((resolve) => {
      look = () => {
        const webhook = this.received.find((candidate) => !this.taken.has(candidate) && matches(candidate));
        if (!webhook) return;
        this.taken.add(webhook);
        this.waiting.delete(look);
        resolve(webhook);
      };
      this.waiting.add(look);
      look();
    });
    try {
      return await within(`a webhook (${this.received.length} others came)`, patienceMs, found);
    } finally {
      this.waiting.delete(look);
    }
  }

  /** The next webhook of this payment. */
  nextOf(id: string, patienceMs = PATIENCE_MS): Promise<Received> {
    return this.next(({ body }) => body.id === id, patienceMs);
  }

  /** Whether any came of this payment. */
  has(id: string): boolean {
    return this.byPayment.has(id);
  }

  /** All that came of this payment. */
  allOf(id: string): Received[] {
    return this.byPayment.get(id) ?? [];
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const path = request.url ?? '';
    const body = JSON.parse(raw.toString('utf8')) as V1Webhook;
    const webhook = { path, headers: request.headers, raw, body, at: Date.now() };
    this.received.push(webhook);
    this.byPayment.set(body.id, [...this.allOf(body.id), webhook]);
    const {
      status = 200,
      headers = {},
      body: answer = '',
      afterMs = 0,
      close = false,
    } = this.replies.get(path)?.shift() ?? {};
    for (const look of [...this.waiting]) look();
    if (afterMs > 0) await delay(afterMs, undefined, { signal: this.stopped.signal });
    if (close) request.socket.destroy();
    else response.writeHead(status, headers).end(answer);
  }
}
