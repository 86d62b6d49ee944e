import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { createClient } from 'mock-payment-gateway/client';
import { CARDS, findArticle } from './articles.ts';
import { currentPayment } from './order-state.ts';
import { type Order, Orders } from './orders.ts';
import { checkoutPage, orderPage, textPage } from './pages.ts';
import { Payments } from './payments.ts';
import { webhookRoutes } from './webhooks.ts';

export interface ShopSettings {
  readonly gatewayUrl: string;
  readonly apiKey: string;
  /** `whsec_…` of the shop's webhook endpoint at the gateway. */
  readonly webhookSecret: string;
  /** A file of SQLite; `:memory:` keeps nothing. */
  readonly database: string;
  /** Where customers reach the shop; where it listens if not given. */
  readonly publicUrl?: string;
  /** Serves what a payment did at `/webhook-state`. For tests only. */
  readonly showsWebhookState?: boolean;
}

interface OrderForm {
  Body: { id: string; article: string; customer: string; card: string };
}

interface OrderPath {
  Params: { id: string };
}

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;
const card = { enum: Object.keys(CARDS) } as const;
const orderForm = {
  type: 'object',
  required: ['id', 'article', 'customer', 'card'],
  properties: { id: { type: 'string', format: 'uuid' }, article: text(20), customer: text(100), card },
} as const;
const cardForm = { type: 'object', required: ['card'], properties: { card } } as const;

/** The shop as a server that does not listen yet. */
export function createShop(settings: ShopSettings): FastifyInstance {
  const shop = fastify();
  const orders = new Orders(settings.database);
  const payments = new Payments(createClient({ url: settings.gatewayUrl, apiKey: settings.apiKey }), orders);
  const urlOf = ({ id }: Order): string => `${settings.publicUrl ?? shop.listeningOrigin}/orders/${id}`;

  shop.addHook('onClose', () => {
    orders.close();
  });
  shop.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body as string)));
  });
  shop.addHook('onSend', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'self'" });
  });

  const style = readFileSync(new URL('../public/shop.css', import.meta.url));
  shop.get('/shop.css', async (_request, reply) => reply.type('text/css').send(style));

  // The id of the order is in the form: sent twice, it is one order, and one payment.
  shop.get('/', async (_request, reply) => page(reply, checkoutPage(randomUUID())));

  shop.post<OrderForm>('/orders', { schema: { body: orderForm } }, async ({ body }, reply) => {
    const article = findArticle(body.article);
    if (!article) return page(reply.code(404), textPage('We do not sell this article.'));
    orders.add({ id: body.id, article: article.id, price: article.price, customer: body.customer, card: body.card });
    return pay(body.id, reply);
  });

  /** Tries again: with another card, or after an answer that never came. */
  shop.post<OrderPath & { Body: { card: string } }>(
    '/orders/:id/pay',
    { schema: { body: cardForm } },
    async ({ params, body }, reply) => {
      const order = orders.find(params.id);
      if (order && ['declined', 'expired'].includes(orders.stateOf(order))) orders.retry(order.id, body.card);
      return pay(params.id, reply);
    },
  );

  shop.get<OrderPath>('/orders/:id', async ({ params }, reply) => {
    const order = orders.find(params.id);
    if (!order) return notFound(reply);
    // The customer may come back from 3-D Secure before the webhook does.
    const payment = currentPayment(orders.paymentsOf(order.id));
    if (payment) await payments.refresh(payment);
    return page(reply, orderPage(order, orders.stateOf(order), currentPayment(orders.paymentsOf(order.id))));
  });

  shop.post<OrderPath>('/orders/:id/ship', async ({ params }, reply) => {
    const order = orders.find(params.id);
    if (!order) return notFound(reply);
    await payments.capture(order);
    return reply.redirect(`/orders/${order.id}`, 303);
  });

  shop.post<OrderPath>('/orders/:id/refund', async ({ params }, reply) => {
    const order = orders.find(params.id);
    if (!order) return notFound(reply);
    await payments.refund(order);
    return reply.redirect(`/orders/${order.id}`, 303);
  });

  shop.register(async (scope) => {
    webhookRoutes(scope, { orders, secret: settings.webhookSecret, showsState: settings.showsWebhookState ?? false });
  });

  /** Pays an order, then leads the customer to 3-D Secure, or to the page of the order. */
  async function pay(id: string, reply: FastifyReply): Promise<FastifyReply> {
    const order = orders.find(id);
    if (!order) return notFound(reply);
    await payments.authorize(order, urlOf(order));
    const payment = currentPayment(orders.paymentsOf(order.id));
    return reply.redirect(payment?.actionUrl ?? `/orders/${order.id}`, 303);
  }

  return shop;
}

function page(reply: FastifyReply, html: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(html);
}

function notFound(reply: FastifyReply): FastifyReply {
  return page(reply.code(404), textPage('There is no such order.'));
}
