import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { TestSandbox } from 'mock-payment-gateway/testing';
import { createShop } from '../src/shop.ts';

/** What a customer fills in. */
export interface Purchase {
  readonly id?: string;
  readonly article?: string;
  readonly customer?: string;
  readonly card?: string;
}

/** The shop under test, on a free port, with an account of the gateway. Its webhooks come through `account.webhooks`. */
export class Site {
  readonly url: string;
  readonly webhooksUrl: string;
  readonly stateUrl: string;
  readonly #server: FastifyInstance;

  private constructor(server: FastifyInstance) {
    this.#server = server;
    this.url = server.listeningOrigin;
    this.webhooksUrl = `${this.url}/webhooks`;
    this.stateUrl = `${this.url}/webhook-state`;
  }

  static async open(account: TestSandbox): Promise<Site> {
    const server = createShop({
      gatewayUrl: account.url,
      apiKey: account.apiKey,
      webhookSecret: account.webhooks.secret,
      database: ':memory:',
      showsWebhookState: true,
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    const site = new Site(server);
    account.webhooks.forwardTo(site.webhooksUrl);
    return site;
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** Sends the form of the checkout. Returns the id of the order. */
  async buy({
    id = randomUUID(),
    article = 'mug',
    customer = 'Ada',
    card = 'pm_card_visa',
  }: Purchase = {}): Promise<string> {
    await this.#post('/orders', { id, article, customer, card });
    return id;
  }

  /** Presses a button on the page of an order. */
  async press(id: string, button: 'pay' | 'ship' | 'refund', fields: Record<string, string> = {}): Promise<void> {
    await this.#post(`/orders/${id}/${button}`, fields);
  }

  /** The page of an order, as text. */
  async read(id: string): Promise<string> {
    const response = await fetch(`${this.url}/orders/${id}`);
    const html = await response.text();
    return html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  }

  async #post(path: string, fields: Record<string, string>): Promise<void> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    if (response.status !== 303) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
}
