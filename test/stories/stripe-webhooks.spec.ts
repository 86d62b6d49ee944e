import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { all, failureOf, idOf, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

/** A receiver that believes only what the SDK finds signed. */
class Receiver {
  readonly events: Stripe.Event[] = [];
  readonly refused: string[] = [];
  secret = '';
  private readonly server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      try {
        const signature = String(request.headers['stripe-signature']);
        this.events.push(this.stripe.webhooks.constructEvent(body, signature, this.secret));
        response.end();
      } catch (error) {
        this.refused.push((error as Error).message);
        response.writeHead(400).end();
      }
    });
  });

  constructor(private readonly stripe: Stripe) {}

  async listens(params: Partial<Stripe.WebhookEndpointCreateParams> = {}): Promise<Stripe.WebhookEndpoint> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    const endpoint = await this.stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:${port}/hooks`,
      enabled_events: ['*'],
      ...params,
    });
    this.secret = endpoint.secret ?? '';
    return endpoint;
  }

  async has(count: number): Promise<string[]> {
    await eventually(
      `${count} events`,
      () => this.events.length + this.refused.length,
      (found) => found >= count,
    );
    return this.events.map(({ type }) => type);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const typesOf = async (stripe: Stripe): Promise<string[]> =>
  (await all(stripe.events.list({ limit: 100 }))).map(({ type }) => type).reverse();

describe('Webhooks of the dialect', () => {
  it('come signed, with the object as it was, in the order in which it happened', async () => {
    const stripe = stripeFor(gateway);
    const receiver = new Receiver(stripe);
    const endpoint = await receiver.listens();
    try {
      expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9]{32}$/);
      const intent = await pays(stripe);
      const types = ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated'];
      expect(await receiver.has(4)).toEqual(types);
      expect(receiver.refused).toEqual([]);
      const [created, charged, paid] = receiver.events;
      expect(created).toMatchObject({
        object: 'event',
        api_version: '2026-10-28.endive',
        pending_webhooks: 1,
        livemode: false,
      });
      expect(created?.request).toEqual({
        id: intent.lastResponse.requestId,
        idempotency_key: intent.lastResponse.idempotencyKey,
      });
      expect(charged?.data.object).toMatchObject({ object: 'charge', payment_intent: intent.id, paid: true });
      expect(paid?.data.object).toMatchObject({ object: 'payment_intent', id: intent.id, status: 'succeeded' });
      expect(await typesOf(stripe)).toEqual(types);
      const stored = await stripe.events.retrieve(paid?.id ?? '');
      expect(stored.data).toEqual(paid?.data);
      await eventually(
        'nothing to be pending',
        async () => (await stripe.events.retrieve(paid?.id ?? '')).pending_webhooks,
        (pending) => pending === 0,
      );
    } finally {
      await receiver.stop();
    }
  });

  it('come only for the types that were asked for, and to endpoints that are enabled', async () => {
    const stripe = stripeFor(gateway);
    const receiver = new Receiver(stripe);
    const { id } = await receiver.listens({
      enabled_events: ['customer.created', 'customer.deleted'],
      metadata: { a: 'b' },
    });
    try {
      const customer = await stripe.customers.create();
      await stripe.customers.update(customer.id, { name: 'Jenny' });
      await stripe.customers.del(customer.id);
      expect(await receiver.has(2)).toEqual(['customer.created', 'customer.deleted']);
      const changed = await stripe.webhookEndpoints.update(id, { disabled: true, description: 'Off' });
      expect(changed).toMatchObject({ status: 'disabled', description: 'Off', metadata: { a: 'b' } });
      expect(changed).not.toHaveProperty('secret');
      expect((await stripe.webhookEndpoints.list()).data).toEqual([changed]);
      expect(await stripe.webhookEndpoints.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
      expect(await failureOf(stripe.webhookEndpoints.retrieve(id))).toMatchObject({ statusCode: 404 });
    } finally {
      await receiver.stop();
    }
  });

  it('go only to what is a URL', async () => {
    const { webhookEndpoints } = stripeFor(gateway);
    for (const url of ['//host/', '/hook', 'http://', 'ftp://127.0.0.1/'])
      expect(await failureOf(webhookEndpoints.create({ enabled_events: ['*'], url }))).toMatchObject({
        statusCode: 400,
        code: 'url_invalid',
        param: 'url',
      });
  });

  it('say of an update what was there before', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await stripe.customers.create({ name: 'Ada', metadata: { a: '1' } });
    await stripe.customers.update(id, { name: 'Ada L.', metadata: { b: '2' } });
    const [event] = (await stripe.events.list({ type: 'customer.updated' })).data;
    expect(event?.data).toMatchObject({
      object: { id, name: 'Ada L.', metadata: { a: '1', b: '2' } },
      previous_attributes: { name: 'Ada', metadata: { b: null } },
    });
  });

  it('say so of charges and refunds too, once for each change', async () => {
    const stripe = stripeFor(gateway);
    const { id, latest_charge } = await pays(stripe, { metadata: { a: '1' } });
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 500 });
    const before = (await typesOf(stripe)).length;
    const changed = { description: 'Order 7', metadata: { b: '2' } };
    const charge = await stripe.charges.update(idOf(latest_charge), changed, { idempotencyKey: 'describe' });
    await stripe.charges.update(charge.id, changed);
    await stripe.refunds.update(refund.id, { metadata: { why: 'late' } });
    expect((await typesOf(stripe)).slice(before)).toEqual([
      'charge.updated',
      'refund.updated',
      'charge.refund.updated',
    ]);
    const [ofRefund, , ofCharge] = (await stripe.events.list()).data;
    expect(ofCharge).toMatchObject({
      data: {
        object: { ...changed, id: charge.id, metadata: { a: '1', b: '2' }, amount_refunded: 500 },
        previous_attributes: { description: null, metadata: { b: null } },
      },
      request: { id: charge.lastResponse.requestId, idempotency_key: 'describe' },
    });
    expect(ofRefund?.data).toMatchObject({
      object: { id: refund.id, metadata: { why: 'late' } },
      previous_attributes: { metadata: { why: null } },
    });
  });

  it('name the request that made them, with its key, also when it changed what another one made', async () => {
    const stripe = stripeFor(gateway);
    const requestOf = async (type: string): Promise<Stripe.Event.Request | null | undefined> =>
      (await stripe.events.list({ type })).data[0]?.request;
    const held = await pays(stripe, { capture_method: 'manual' });
    const captured = await stripe.paymentIntents.capture(held.id, {}, { idempotencyKey: 'capture' });
    const id = captured.lastResponse.requestId;
    expect(await requestOf('charge.captured')).toEqual({ id, idempotency_key: 'capture' });
    expect(await requestOf('payment_intent.succeeded')).toEqual({ id, idempotency_key: 'capture' });
    await stripe.refunds.create({ payment_intent: held.id }, { idempotencyKey: 'refund' });
    expect(await requestOf('refund.created')).toMatchObject({ idempotency_key: 'refund' });
    const { id: other } = await pays(stripe, { capture_method: 'manual' });
    await stripe.paymentIntents.cancel(other, {}, { idempotencyKey: 'cancel' });
    expect(await requestOf('charge.refunded')).toMatchObject({ idempotency_key: 'cancel' });
    expect(await requestOf('payment_intent.canceled')).toMatchObject({ idempotency_key: 'cancel' });
  });

  it('go to no address that cannot be read', async () => {
    const create = stripeFor(gateway).webhookEndpoints.create({ url: 'nowhere', enabled_events: ['*'] });
    expect(await failureOf(create)).toMatchObject({ statusCode: 400, code: 'url_invalid', param: 'url' });
  });

  it.each([
    [
      'a decline',
      (stripe: Stripe) => failureOf(pays(stripe, { payment_method: 'pm_card_chargeDeclined' })),
      ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'],
    ],
    [
      'a challenge',
      (stripe: Stripe) => pays(stripe, { payment_method: 'pm_card_authenticationRequired' }),
      ['payment_intent.created', 'payment_intent.requires_action'],
    ],
    [
      'a capture',
      async (stripe: Stripe) => stripe.paymentIntents.capture((await pays(stripe, { capture_method: 'manual' })).id),
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'charge.captured',
        'payment_intent.succeeded',
        'charge.updated',
      ],
    ],
    [
      'a cancellation',
      async (stripe: Stripe) => stripe.paymentIntents.cancel((await pays(stripe, { capture_method: 'manual' })).id),
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.amount_capturable_updated',
        'charge.refunded',
        'payment_intent.canceled',
      ],
    ],
    [
      'a refund',
      async (stripe: Stripe) => stripe.refunds.create({ payment_intent: (await pays(stripe)).id }),
      [
        'payment_intent.created',
        'charge.succeeded',
        'payment_intent.succeeded',
        'charge.updated',
        'refund.created',
        'charge.refunded',
        'charge.refund.updated',
      ],
    ],
    [
      'a setup',
      async (stripe: Stripe) => {
        const { id: customer } = await stripe.customers.create();
        await stripe.setupIntents.create({
          customer,
          payment_method: 'pm_card_visa',
          confirm: true,
          return_url: 'http://127.0.0.1:9',
        });
      },
      ['customer.created', 'setup_intent.created', 'payment_method.attached', 'setup_intent.succeeded'],
    ],
  ])('tell of %s what others know it by', async (_name, happens, types) => {
    const stripe = stripeFor(gateway);
    await happens(stripe);
    expect(await typesOf(stripe)).toEqual(types);
  });

  it('survive a crash: what was not delivered is delivered by the next process', async () => {
    const own = await startGateway({ RATE_LIMIT: 'off' });
    const stripe = stripeFor(own);
    const receiver = new Receiver(stripe);
    try {
      await receiver.listens({ enabled_events: ['payment_intent.succeeded'] });
      const good = receiver.secret;
      receiver.secret = 'whsec_wrong';
      await pays(stripe);
      await eventually(
        'an attempt',
        () => receiver.refused.length,
        (count) => count > 0,
      );
      receiver.secret = good;
      await own.kill9();
      await own.restart();
      expect(await receiver.has(receiver.refused.length + 1)).toEqual(['payment_intent.succeeded']);
    } finally {
      await receiver.stop();
      await own.stop();
    }
  });
});
