import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import type { Fault } from '../support/faults.js';
import { bodyOf, newCharge } from '../support/merchant.js';
import type { SandboxBody, SnapshotBody } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';
import { all, failureOf, idOf, newSecretKey, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

/** An account of the dialect, and what its test does with it on our own API. */
class Shop {
  readonly key = newSecretKey();
  readonly stripe = stripeFor(gateway, this.key, { maxNetworkRetries: 5 });

  async does<Body = unknown>(method: string, path: string, json?: unknown): Promise<Body> {
    const headers = { 'x-api-key': this.key };
    const { status, body, text } = await gateway.request<Body>(method, path, {
      headers,
      ...(json !== undefined && { json }),
    });
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return body;
  }

  static async opens(): Promise<Shop> {
    const shop = new Shop();
    await shop.stripe.customers.list();
    return shop;
  }

  async types(): Promise<string[]> {
    return (await all(this.stripe.events.list({ limit: 100 }))).map(({ type }) => type).reverse();
  }
}

const withAction: Stripe.PaymentIntentCreateParams = {
  amount: 1000,
  currency: 'usd',
  payment_method: 'pm_card_visa',
  confirm: true,
  off_session: true,
};

describe('Faults in calls of the SDK', () => {
  it.each([
    ['lost before they ran', { effect: { type: 'reset' }, when: 'before' }],
    ['run and their answer lost', { effect: { type: 'reset' }, when: 'after' }],
    ['answered with 503 before they ran', { effect: { type: 'status', status: 503 }, when: 'before' }],
    ['run and answered with 500', { effect: { type: 'status', status: 500 }, when: 'after' }],
  ])('leave one charge for each of 50 calls at once that are %s, if they are repeated', async (_name, fault) => {
    const shop = await Shop.opens();
    await shop.does('POST', '/faults', {
      match: { operation: 'POST /v1/payment_intents' },
      probability: 0.5,
      ...fault,
    });
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const once = { idempotencyKey: `order-${n}` };
        for (;;) {
          const made = await shop.stripe.paymentIntents.create(withAction, once).catch(() => null);
          if (made) return made;
        }
      }),
    );
    await shop.does('DELETE', '/faults');
    expect(new Set(results.map(({ id }) => id)).size).toBe(50);
    const charges = await all(shop.stripe.charges.list({ limit: 100 }));
    expect(charges.map(({ payment_intent }) => payment_intent).sort()).toEqual(results.map(({ id }) => id).sort());
    expect(await shop.does('GET', '/double-charges')).toMatchObject({ data: [] });
  });

  it('are asked for by X-Fault: the call ran, and its repetition gets the answer', async () => {
    const shop = await Shop.opens();
    const once = { idempotencyKey: 'x-fault', maxNetworkRetries: 0 };
    const lost = shop.stripe.paymentIntents.create(withAction, { ...once, headers: { 'X-Fault': 'after; reset' } });
    expect(await failureOf(lost)).toMatchObject({ type: 'StripeConnectionError' });
    const { lastResponse, id } = await shop.stripe.paymentIntents.create(withAction, once);
    expect(lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await all(shop.stripe.paymentIntents.list())).map((intent) => intent.id)).toEqual([id]);
    const { data } = await shop.does<Page<Fault>>('GET', '/faults');
    const [charge] = (await shop.stripe.charges.list()).data;
    // The SDK itself repeats a call once whose connection was reset.
    const hits = data.flatMap((fault) => fault.hits);
    expect(hits.filter(({ moneyMoved }) => moneyMoved)).toHaveLength(1);
    expect(hits).toContainEqual(
      expect.objectContaining({
        operation: 'POST /v1/payment_intents',
        idempotencyKey: 'x-fault',
        moneyMoved: true,
        repeatedWith: 'same_key',
        objectId: charge?.id.replace('ch_', 'txn_'),
      }),
    );
  });

  it('that make two charges of one are found: the answer was lost, and the call was made anew', async () => {
    const shop = await Shop.opens();
    const operation = 'POST /v1/payment_intents';
    await shop.does('POST', '/faults', {
      match: { operation },
      effect: { type: 'status', status: 500 },
      when: 'after',
      times: 1,
    });
    const call = { maxNetworkRetries: 0 };
    const create = (): Promise<Stripe.PaymentIntent> => shop.stripe.paymentIntents.create(withAction, call);
    expect(await failureOf(create())).toMatchObject({ statusCode: 500 });
    await create();
    const made = (await shop.stripe.charges.list()).data.map(({ id }) => id.replace('ch_', 'txn_'));
    expect(made).toHaveLength(2);
    expect(await shop.does('GET', '/double-charges')).toMatchObject({
      data: [{ kind: 'retry_without_key', paymentIds: [...made].reverse(), amountAtStake: 10, currency: 'USD' }],
    });
  });

  it.each([
    ['a confirmation', 'POST /v1/payment_intents', 'txn_'],
    ['a capture', 'POST /v1/payment_intents/{id}/capture', 'txn_'],
    ['a refund', 'POST /v1/refunds', 'ref_'],
    ['a payment of a checkout', 'POST /v1/payment_pages/{id}/confirm', 'txn_'],
  ])('are told as what %s did, although the process died before it was noted', async (_name, operation, prefix) => {
    const shop = await Shop.opens();
    const { id } = await shop.does<Fault>('POST', '/faults', {
      match: { operation },
      effect: { type: 'latency', ms: 1 },
      when: 'after',
    });
    const { id: intent } = await shop.stripe.paymentIntents.create({ ...withAction, capture_method: 'manual' });
    await shop.stripe.paymentIntents.capture(intent);
    await shop.stripe.refunds.create({ payment_intent: intent, amount: 500 });
    const session = await shop.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'http://127.0.0.1:9/done',
      line_items: [{ price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Tea' } }, quantity: 1 }],
    });
    await shop.stripe.rawRequest('POST', `/v1/payment_pages/${session.id}/confirm`, { payment_method: 'pm_card_visa' });
    // As it is on the disk between the work and the note.
    const faults = (await gateway.database()).collection<{ _id: string }>('faults');
    const noted = { 'hits.0.isResolved': false, 'hits.0.objectId': null, 'hits.0.moneyMoved': false };
    expect((await faults.updateOne({ _id: new RegExp(`^${id}`) }, { $set: noted })).modifiedCount).toBe(1);
    const { hits } = await shop.does<Fault>('GET', `/faults/${id}`);
    expect(hits).toEqual([expect.objectContaining({ operation, moneyMoved: true })]);
    expect(hits[0]?.objectId?.slice(0, 4)).toBe(prefix);
  });
});

describe('A payment that our own API makes in an account of the dialect', () => {
  it('is a charge, and is told as one', async () => {
    const shop = await Shop.opens();
    const { id } = await shop.does<{ id: string }>(
      'POST',
      '/payments/charge',
      newCharge({ paymentAmount: 12.34, currency: 'USD', paymentMethod: 'pm_card_mastercard' }),
    );
    const charge = id.replace('txn_', 'ch_');
    await eventually(
      'the charge',
      () => shop.types(),
      (types) => types.includes('charge.succeeded'),
    );
    expect(await shop.stripe.charges.retrieve(charge)).toMatchObject({
      amount: 1234,
      paid: true,
      payment_method_details: { card: { brand: 'mastercard' } },
    });
    await shop.stripe.refunds.create({ charge });
    expect((await shop.types()).slice(-3)).toEqual(['refund.created', 'charge.refunded', 'charge.refund.updated']);
  });
});

describe('The sandbox of an account of the dialect', () => {
  /** One of each kind of object. */
  async function sells({ stripe }: Shop): Promise<Stripe.PaymentIntent> {
    const customer = await stripe.customers.create({ email: 'ada@shop.test' });
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const intent = await pays(stripe, { customer: customer.id, payment_method: id, metadata: { order: '17' } });
    await stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
    await stripe.setupIntents.create({ customer: customer.id });
    const product = await stripe.products.create({ name: 'Teapot' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 700 });
    await stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'http://127.0.0.1:9/done',
      line_items: [{ price: price.id, quantity: 2 }],
    });
    await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['charge.expired'] });
    const file = { data: Buffer.from('receipt'), name: 'receipt.txt', type: 'text/plain' };
    await stripe.files.create({ purpose: 'dispute_evidence', file });
    return intent;
  }

  /** All that lists show, without the secrets and addresses of a world. */
  async function everything({ stripe }: Shop): Promise<readonly unknown[]> {
    const lists: AsyncIterable<{ readonly id: string }>[] = [
      stripe.customers.list(),
      stripe.paymentIntents.list(),
      stripe.charges.list(),
      stripe.refunds.list(),
      stripe.setupIntents.list(),
      stripe.products.list(),
      stripe.prices.list(),
      stripe.checkout.sessions.list(),
      stripe.files.list(),
      stripe.events.list({ limit: 100 }),
      stripe.balanceTransactions.list(),
    ];
    const found = await Promise.all(lists.map((list) => all(list)));
    return found.map((objects) => objects.map((object) => ({ ...object, client_secret: null, url: null })));
  }

  it('is empty after a reset, and its key stays', async () => {
    const shop = await Shop.opens();
    await sells(shop);
    await shop.does('POST', '/sandboxes/current/reset');
    expect((await everything(shop)).flat()).toEqual([]);
    expect((await shop.stripe.webhookEndpoints.list()).data).toEqual([]);
    const paid = await sells(shop);
    expect(paid.status).toBe('succeeded');
  });

  it('returns to its snapshot: each object as it was, and what came after is gone', async () => {
    const shop = await Shop.opens();
    const intent = await sells(shop);
    const before = await everything(shop);
    const { id: snapshot } = await shop.does<SnapshotBody>('POST', '/sandboxes/current/snapshots', { name: 'sold' });
    const later = await pays(shop.stripe);
    await shop.stripe.customers.create();
    await shop.does('POST', '/sandboxes/current/restore', { snapshot });
    expect(await everything(shop)).toEqual(before);
    expect(await failureOf(shop.stripe.paymentIntents.retrieve(later.id))).toMatchObject({ statusCode: 404 });
    const charge = await shop.stripe.charges.retrieve(idOf(intent.latest_charge), { expand: ['balance_transaction'] });
    expect(charge.balance_transaction).toMatchObject({ amount: 2000, source: charge.id });
    await shop.stripe.refunds.create({ payment_intent: intent.id });
  });

  it('becomes another sandbox by its snapshot, with the same objects and a life of its own', async () => {
    const shop = await Shop.opens();
    const intent = await sells(shop);
    const { id: snapshot } = await shop.does<SnapshotBody>('POST', '/sandboxes/current/snapshots', { name: 'sold' });
    const { accessToken } = bodyOf(
      await gateway.request<SandboxBody>('POST', '/sandboxes', { json: { snapshot } }),
      201,
    );
    const pair = bodyOf(
      await gateway.request<{ apiKey: string }>('POST', '/users/me/api-keys', {
        headers: { authorization: `Bearer ${accessToken}` },
        json: { name: 'SDK', style: 'stripe' },
      }),
      201,
    );
    const copy = stripeFor(gateway, pair.apiKey);
    expect(await copy.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      metadata: { order: '17' },
    });
    await copy.refunds.create({ payment_intent: intent.id });
    expect((await copy.charges.retrieve(idOf(intent.latest_charge))).amount_refunded).toBe(2000);
    expect((await shop.stripe.charges.retrieve(idOf(intent.latest_charge))).amount_refunded).toBe(500);
    const told = (await all(copy.events.list({ limit: 3 }))).map(({ type }) => type).slice(0, 3);
    expect(told).toEqual(['charge.refund.updated', 'charge.refunded', 'refund.created']);
  });
});
