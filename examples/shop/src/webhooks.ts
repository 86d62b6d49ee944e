import type { FastifyInstance } from 'fastify';
import { verifyWebhook, type WebhookEvent, WebhookVerificationError } from 'mock-payment-gateway/client';
import type { Orders } from './orders.ts';

export interface WebhookOptions {
  readonly orders: Orders;
  /** `whsec_…` of the endpoint at the gateway. */
  readonly secret: string;
  /** Shows what a payment did, for a certification. */
  readonly showsState: boolean;
}

/** Receives the webhooks of the gateway. */
export function webhookRoutes(shop: FastifyInstance, { orders, secret, showsState }: WebhookOptions): void {
  // The signature covers the bytes as they came.
  shop.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  shop.post('/webhooks', async (request, reply) => {
    let event: WebhookEvent;
    try {
      event = verifyWebhook(request.body as Buffer, request.headers, secret);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      return reply.code(400).send({ error: error.message });
    }
    orders.receive(String(request.headers['webhook-id']), event);
    return reply.code(204).send();
  });

  if (!showsState) return;
  shop.get<{ Querystring: { id: string } }>('/webhook-state', async (request, reply) => {
    const effects = orders.effectsOf(request.query.id);
    return effects ?? reply.code(404).send({ error: 'This payment is unknown.' });
  });
}
