import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { locationOf, paysWith, submits } from '../support/checkout.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { all, failureOf, newSecretKey, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

const SUCCESS_URL = 'https://shop.example/done?session={CHECKOUT_SESSION_ID}';
const CANCEL_URL = 'https://shop.example/cart';

type CreateSession = Partial<Stripe.Checkout.SessionCreateParams>;

/** A teapot and two mugs, brought by the session itself: 39.00 USD. */
function opens(stripe: Stripe, params: CreateSession = {}, options: Stripe.RequestOptions = {}) {
  return stripe.checkout.sessions.create(
    {
      mode: 'payment',
      success_url: SUCCESS_URL,
      cancel_url: CANCEL_URL,
      line_items: [
        { price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Teapot' } }, quantity: 1 },
        { price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Mug' } }, quantity: 2 },
      ],
      ...params,
    },
    options,
  );
}

const urlOf = ({ url }: Stripe.Checkout.Session): string => String(url);

/** The types of all events, oldest first, once this one is among them. */
async function eventsUpTo(stripe: Stripe, last: string, count = 1): Promise<Stripe.Event[]> {
  return eventually(
    `${count} × ${last}`,
    async () => (await all(stripe.events.list({ limit: 100 }))).reverse(),
    (events) => events.filter(({ type }) => type === last).length >= count,
  );
}

/** The id of what may be shown whole. */
const idOf = (value: string | { readonly id: string } | null): string =>
  typeof value === 'string' ? value : (value?.id ?? '');

const typesOf = (events: readonly Stripe.Event[]): string[] => events.map(({ type }) => type);

/** A call that the SDK has no method for. */
async function asks(key: string, method: string, path: string, form: Record<string, string> = {}) {
  const answer = await send<Record<string, unknown> & { error?: Record<string, unknown> }>(
    method,
    `${gateway.url}${path}`,
    {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' && { raw: new URLSearchParams(form).toString() }),
    },
  );
  return { status: answer.status, body: answer.body };
}

describe('Products', () => {
  it('are created, read, changed and deleted, and events tell of it', async () => {
    const stripe = stripeFor(gateway);
    const product = await stripe.products.create({
      name: 'Teapot',
      description: 'Holds a litre',
      images: ['https://shop.example/teapot.png'],
      marketing_features: [{ name: 'Does not drip' }],
      metadata: { shelf: '7' },
      shippable: true,
      url: 'https://shop.example/teapot',
    });
    expect(product).toMatchObject({
      object: 'product',
      active: true,
      default_price: null,
      description: 'Holds a litre',
      images: ['https://shop.example/teapot.png'],
      marketing_features: [{ name: 'Does not drip' }],
      metadata: { shelf: '7' },
      name: 'Teapot',
      shippable: true,
      type: 'service',
      livemode: false,
    });
    expect(product.id).toMatch(/^prod_\w{14,}$/);
    expect(await stripe.products.retrieve(product.id)).toEqual(product);
    const changed = await stripe.products.update(product.id, {
      name: 'Big teapot',
      description: '',
      metadata: { shelf: '', colour: 'blue' },
    });
    expect(changed).toMatchObject({ name: 'Big teapot', description: null, metadata: { colour: 'blue' } });
    expect(await stripe.products.del(product.id)).toEqual({ id: product.id, object: 'product', deleted: true });
    expect(await failureOf(stripe.products.retrieve(product.id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    const [created, updated, deleted] = await eventsUpTo(stripe, 'product.deleted');
    expect(created).toMatchObject({ type: 'product.created', data: { object: { id: product.id, name: 'Teapot' } } });
    expect(updated).toMatchObject({
      type: 'product.updated',
      data: { object: { name: 'Big teapot' }, previous_attributes: { name: 'Teapot', description: 'Holds a litre' } },
    });
    expect(deleted).toMatchObject({ type: 'product.deleted', data: { object: { name: 'Big teapot' } } });
  });

  it('can be created with their default price, and cannot be deleted while they have prices', async () => {
    const stripe = stripeFor(gateway);
    const product = await stripe.products.create({
      name: 'Mug',
      default_price_data: { currency: 'eur', unit_amount: 700 },
      expand: ['default_price'],
    });
    expect(product.default_price).toMatchObject({
      object: 'price',
      unit_amount: 700,
      currency: 'eur',
      product: product.id,
    });
    expect(typesOf(await eventsUpTo(stripe, 'price.created'))).toEqual(['product.created', 'price.created']);
    expect(await failureOf(stripe.products.del(product.id))).toMatchObject({ statusCode: 400 });
    const other = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 650 });
    expect(await stripe.products.update(product.id, { default_price: other.id })).toMatchObject({
      default_price: other.id,
    });
  });

  it('are listed by whether they are active, their ids, URL and time, and searched', async () => {
    const stripe = stripeFor(gateway);
    const [teapot, mug, jug] = [
      await stripe.products.create({ name: 'Teapot', url: 'https://shop.example/teapot' }),
      await stripe.products.create({ name: 'Mug', active: false }),
      await stripe.products.create({ name: 'Jug', metadata: { shelf: '9' } }),
    ];
    const ids = async (params: Stripe.ProductListParams) =>
      (await all(stripe.products.list(params))).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toEqual([jug.id, mug.id, teapot.id]);
    expect(await ids({ active: true })).toEqual([jug.id, teapot.id]);
    expect(await ids({ ids: [mug.id, teapot.id] })).toEqual([mug.id, teapot.id]);
    expect(await ids({ url: 'https://shop.example/teapot' })).toEqual([teapot.id]);
    expect(await ids({ created: { gt: jug.created } })).toEqual([]);
    const found = await stripe.products.search({ query: "metadata['shelf']:'9'" });
    expect(found.data.map(({ id }) => id)).toEqual([jug.id]);
  });

  it('refuse what is missing or not here', async () => {
    const stripe = stripeFor(gateway);
    expect(await failureOf(stripe.products.create({} as never))).toMatchObject({
      code: 'parameter_missing',
      param: 'name',
    });
    expect(await failureOf(stripe.products.create({ name: 'Mug', id: 'mug' }))).toMatchObject({
      statusCode: 400,
      param: 'id',
    });
    expect(await failureOf(stripe.products.update('prod_nope', { name: 'x' }))).toMatchObject({ statusCode: 404 });
  });
});

describe('Prices', () => {
  it('are created of a product or with one, read and changed', async () => {
    const stripe = stripeFor(gateway);
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1500,
      product_data: { name: 'Teapot' },
      nickname: 'Usual',
      recurring: { interval: 'month' },
      expand: ['product'],
    });
    expect(price).toMatchObject({
      object: 'price',
      active: true,
      billing_scheme: 'per_unit',
      currency: 'usd',
      lookup_key: null,
      nickname: 'Usual',
      product: { object: 'product', name: 'Teapot' },
      recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
      type: 'recurring',
      unit_amount: 1500,
    });
    expect(String(price.unit_amount_decimal)).toBe('1500');
    const changed = await stripe.prices.update(price.id, { active: false, nickname: 'Old', metadata: { a: '1' } });
    expect(changed).toMatchObject({ active: false, nickname: 'Old', metadata: { a: '1' } });
    expect(await stripe.prices.retrieve(price.id)).toEqual(changed);
    expect(typesOf(await eventsUpTo(stripe, 'price.updated'))).toEqual([
      'product.created',
      'price.created',
      'price.updated',
    ]);
  });

  it('are found by their lookup key, which another price can take', async () => {
    const stripe = stripeFor(gateway);
    const { id: product } = await stripe.products.create({ name: 'Mug' });
    const first = await stripe.prices.create({ product, currency: 'usd', unit_amount: 700, lookup_key: 'mug' });
    const again = { product, currency: 'usd', unit_amount: 800, lookup_key: 'mug' };
    expect(await failureOf(stripe.prices.create(again))).toMatchObject({ statusCode: 400, param: 'lookup_key' });
    const second = await stripe.prices.create({ ...again, transfer_lookup_key: true });
    expect((await stripe.prices.list({ lookup_keys: ['mug'] })).data.map(({ id }) => id)).toEqual([second.id]);
    expect((await stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  });

  it('never share a lookup key, however many take it at once', async () => {
    const stripe = stripeFor(gateway);
    const { id: product } = await stripe.products.create({ name: 'Mug' });
    const price = { product, currency: 'usd', unit_amount: 700, lookup_key: 'mug', transfer_lookup_key: true };
    const made = await Promise.all(Array.from({ length: 10 }, () => stripe.prices.create(price)));
    expect((await stripe.prices.list({ lookup_keys: ['mug'] })).data).toHaveLength(1);
    await Promise.all(made.map(({ id }) => stripe.prices.update(id, { lookup_key: 'cup', transfer_lookup_key: true })));
    expect((await stripe.prices.list({ lookup_keys: ['mug', 'cup'] })).data).toHaveLength(1);
  });

  it('are listed by product, currency, type and whether they are active', async () => {
    const stripe = stripeFor(gateway);
    const { id: product } = await stripe.products.create({ name: 'Mug' });
    const usd = await stripe.prices.create({ product, currency: 'usd', unit_amount: 700 });
    const eur = await stripe.prices.create({
      product,
      currency: 'eur',
      unit_amount: 650,
      recurring: { interval: 'year' },
    });
    const jug = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 10,
      active: false,
      product_data: { name: 'Jug' },
    });
    const ids = async (params: Stripe.PriceListParams) => (await all(stripe.prices.list(params))).map(({ id }) => id);
    expect(await ids({ limit: 1 })).toEqual([jug.id, eur.id, usd.id]);
    expect(await ids({ product })).toEqual([eur.id, usd.id]);
    expect(await ids({ currency: 'eur' })).toEqual([eur.id]);
    expect(await ids({ type: 'one_time' })).toEqual([jug.id, usd.id]);
    expect(await ids({ type: 'recurring' })).toEqual([eur.id]);
    expect(await ids({ active: false })).toEqual([jug.id]);
  });

  it('refuse a price without a product or an amount, and tiers', async () => {
    const stripe = stripeFor(gateway);
    const { id: product } = await stripe.products.create({ name: 'Mug' });
    expect(await failureOf(stripe.prices.create({ currency: 'usd', unit_amount: 1 }))).toMatchObject({
      param: 'product',
    });
    expect(await failureOf(stripe.prices.create({ currency: 'usd', product }))).toMatchObject({ param: 'unit_amount' });
    expect(
      await failureOf(stripe.prices.create({ currency: 'usd', unit_amount: 1, product: 'prod_nope' })),
    ).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'product',
    });
    expect(
      await failureOf(stripe.prices.create({ currency: 'usd', product, billing_scheme: 'tiered', unit_amount: 1 })),
    ).toMatchObject({ param: 'billing_scheme' });
  });
});

describe('A checkout session', () => {
  it('is created with prices and with items of its own, and shows them when asked', async () => {
    const stripe = stripeFor(gateway);
    const price = await stripe.prices.create({ currency: 'usd', unit_amount: 1500, product_data: { name: 'Jug' } });
    const session = await opens(stripe, {
      line_items: [
        { price: price.id, quantity: 2 },
        { price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Mug' } }, quantity: 1 },
      ],
      client_reference_id: 'cart-9',
      customer_email: 'jenny@shop.example',
      metadata: { cart: '9' },
    });
    expect(session).toMatchObject({
      object: 'checkout.session',
      amount_subtotal: 3700,
      amount_total: 3700,
      cancel_url: CANCEL_URL,
      client_reference_id: 'cart-9',
      currency: 'usd',
      customer: null,
      customer_details: { email: 'jenny@shop.example' },
      customer_email: 'jenny@shop.example',
      metadata: { cart: '9' },
      mode: 'payment',
      payment_intent: null,
      payment_method_types: ['card'],
      payment_status: 'unpaid',
      status: 'open',
      success_url: SUCCESS_URL,
      total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
      ui_mode: 'hosted_page',
    });
    expect(session.id).toMatch(/^cs_test_[0-9a-zA-Z]{58}$/);
    expect(urlOf(session)).toContain(`${gateway.url}/checkout/`);
    expect(session.expires_at - session.created).toBe(86_400);
    expect(session).not.toHaveProperty('line_items');
    const whole = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items.data.price.product'] });
    expect(whole.line_items?.data).toMatchObject([
      {
        object: 'item',
        amount_total: 3000,
        quantity: 2,
        description: 'Jug',
        price: { id: price.id, product: { name: 'Jug' } },
      },
      {
        amount_total: 700,
        quantity: 1,
        description: 'Mug',
        price: { active: false, product: { name: 'Mug', active: false } },
      },
    ]);
    const items = await all(stripe.checkout.sessions.listLineItems(session.id, { limit: 1 }));
    expect(items.map(({ description }) => description)).toEqual(['Jug', 'Mug']);
  });

  it('is paid on its page, and events tell of the payment before the session', async () => {
    const stripe = stripeFor(gateway);
    const customer = await stripe.customers.create({ name: 'Jenny Rosen', email: 'jenny@shop.example' });
    const session = await opens(stripe, {
      customer: customer.id,
      payment_intent_data: { metadata: { order: '17' }, description: 'Order 17' },
    });
    const receipt = locationOf(await paysWith(urlOf(session), 'pm_card_visa'));
    expect((await send('GET', receipt, { headers: { accept: 'text/html' } })).text).toContain(
      SUCCESS_URL.replace('{CHECKOUT_SESSION_ID}', session.id),
    );
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    expect(paid).toMatchObject({
      customer: customer.id,
      customer_details: { email: 'jenny@shop.example', name: 'Jenny Rosen' },
      payment_status: 'paid',
      status: 'complete',
      url: null,
      payment_intent: {
        amount: 3900,
        amount_received: 3900,
        customer: customer.id,
        description: 'Order 17',
        metadata: { order: '17' },
        status: 'succeeded',
        latest_charge: { object: 'charge', metadata: { order: '17' }, paid: true },
      },
    });
    const events = await eventsUpTo(stripe, 'checkout.session.completed');
    expect(typesOf(events)).toEqual([
      'customer.created',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
      'checkout.session.completed',
    ]);
    const intent = paid.payment_intent as Stripe.PaymentIntent;
    expect(events.at(-1)?.data.object).toMatchObject({
      id: session.id,
      payment_intent: intent.id,
      payment_status: 'paid',
      status: 'complete',
    });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 900 });
    expect(refund).toMatchObject({ amount: 900, status: 'succeeded' });
  });

  it('stays open after a decline, and the next attempt belongs to the same intent', async () => {
    const stripe = stripeFor(gateway);
    const session = await opens(stripe);
    await paysWith(urlOf(session), 'pm_card_chargeDeclinedInsufficientFunds');
    const declined = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(declined).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: {
        status: 'requires_payment_method',
        last_payment_error: { decline_code: 'insufficient_funds' },
      },
    });
    await paysWith(urlOf(session), 'pm_card_visa', 2);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    const { id } = declined.payment_intent as Stripe.PaymentIntent;
    expect(paid).toMatchObject({ status: 'complete', payment_intent: id });
    expect(typesOf(await eventsUpTo(stripe, 'checkout.session.completed'))).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
      'checkout.session.completed',
    ]);
  });

  it('waits for the customer who has to authenticate', async () => {
    const stripe = stripeFor(gateway);
    const session = await opens(stripe);
    const challenge = locationOf(await paysWith(urlOf(session), 'pm_card_authenticationRequired'));
    expect(await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })).toMatchObject({
      status: 'open',
      payment_intent: { status: 'requires_action' },
    });
    await submits(challenge, { result: 'succeeded' });
    const paid = await eventually(
      'the session to be complete',
      () => stripe.checkout.sessions.retrieve(session.id),
      ({ status }) => status === 'complete',
    );
    expect(paid.payment_status).toBe('paid');
  });

  it('only authorizes if it is told so', async () => {
    const stripe = stripeFor(gateway);
    const session = await opens(stripe, { payment_intent_data: { capture_method: 'manual' } });
    await paysWith(urlOf(session), 'pm_card_visa');
    const held = await stripe.checkout.sessions.retrieve(session.id);
    expect(held).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    await stripe.paymentIntents.capture(idOf(held.payment_intent));
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid' });
  });

  it('expires, and is told once', async () => {
    const stripe = stripeFor(gateway);
    const session = await opens(stripe);
    expect(await stripe.checkout.sessions.expire(session.id)).toMatchObject({ status: 'expired', url: null });
    expect(await failureOf(stripe.checkout.sessions.expire(session.id))).toMatchObject({ statusCode: 400 });
    const events = await eventsUpTo(stripe, 'checkout.session.expired');
    expect(typesOf(events)).toEqual(['checkout.session.expired']);
    expect(events[0]?.data.object).toMatchObject({ id: session.id, status: 'expired', payment_status: 'unpaid' });
  });

  it('is listed by status, customer and intent, and its metadata can be changed', async () => {
    const stripe = stripeFor(gateway);
    const customer = await stripe.customers.create({ name: 'Jenny Rosen' });
    const [one, other] = [await opens(stripe, { customer: customer.id, metadata: { a: '1' } }), await opens(stripe)];
    await paysWith(urlOf(other), 'pm_card_visa');
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(other.id);
    const ids = async (params: Stripe.Checkout.SessionListParams) =>
      (await all(stripe.checkout.sessions.list(params))).map(({ id }) => id);
    expect(await ids({ limit: 1 })).toEqual([other.id, one.id]);
    expect(await ids({ status: 'complete' })).toEqual([other.id]);
    expect(await ids({ status: 'open' })).toEqual([one.id]);
    expect(await ids({ customer: customer.id })).toEqual([one.id]);
    expect(await ids({ payment_intent: idOf(intent) })).toEqual([other.id]);
    const changed = await stripe.checkout.sessions.update(one.id, { metadata: { a: '', b: '2' } });
    expect(changed.metadata).toEqual({ b: '2' });
    expect(await stripe.checkout.sessions.retrieve(one.id)).toEqual(changed);
  });

  it('speaks the version of the caller', async () => {
    const stripe = stripeFor(gateway);
    const old = await opens(stripe, { payment_method_types: ['card'] } as never, { apiVersion: '2020-08-27' });
    expect(old.ui_mode).toBe('hosted');
    expect(idOf(old.payment_intent)).toMatch(/^pi_/);
    expect(typesOf(await eventsUpTo(stripe, 'payment_intent.created'))).toEqual(['payment_intent.created']);
    await paysWith(urlOf(old), 'pm_card_visa');
    expect(await stripe.paymentIntents.retrieve(idOf(old.payment_intent))).toMatchObject({ status: 'succeeded' });
    expect(await failureOf(opens(stripe, { payment_method_types: ['card'] } as never))).toMatchObject({
      code: 'payment_method_types_no_longer_supported',
    });
    expect(await failureOf(opens(stripe, { ui_mode: 'hosted' }))).toMatchObject({ param: 'ui_mode' });
    const embedded = await opens(stripe, {
      ui_mode: 'embedded_page',
      return_url: SUCCESS_URL,
      success_url: undefined as never,
      cancel_url: undefined as never,
    });
    expect(embedded).toMatchObject({ ui_mode: 'embedded_page', url: null, return_url: SUCCESS_URL });
    expect(String(embedded.client_secret)).toMatch(new RegExp(`^${embedded.id}_secret_\\w+$`));
  });

  it('refuses what it cannot sell', async () => {
    const stripe = stripeFor(gateway);
    const monthly = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1500,
      product_data: { name: 'Club' },
      recurring: { interval: 'month' },
    });
    const refused = async (params: CreateSession) => failureOf(opens(stripe, params));
    expect(await refused({ mode: 'subscription' })).toMatchObject({ statusCode: 400, param: 'mode' });
    expect(await refused({ mode: 'setup' })).toMatchObject({ statusCode: 400, param: 'mode' });
    expect(await refused({ line_items: [{ price: monthly.id, quantity: 1 }] })).toMatchObject({
      param: 'line_items[0][price]',
    });
    expect(await refused({ line_items: [{ price: 'price_nope', quantity: 1 }] })).toMatchObject({
      code: 'resource_missing',
      param: 'line_items[0][price]',
    });
    expect(await refused({ success_url: undefined as never })).toMatchObject({
      code: 'parameter_missing',
      param: 'success_url',
    });
    expect(await refused({ success_url: 'nowhere' })).toMatchObject({ code: 'url_invalid', param: 'success_url' });
    expect(await refused({ customer: 'cus_nope' })).toMatchObject({ code: 'resource_missing', param: 'customer' });
    expect(await refused({ expires_at: Math.floor(Date.now() / 1000) + 60 })).toMatchObject({ param: 'expires_at' });
    expect(await failureOf(stripe.checkout.sessions.retrieve('cs_test_nope'))).toMatchObject({ statusCode: 404 });
  });
});

describe('The page of a session without a browser', () => {
  it('is paid with a method, and a declined card leaves the session open', async () => {
    const key = newSecretKey();
    const stripe = stripeFor(gateway, key);
    const { id } = await opens(stripe);
    const path = `/v1/payment_pages/${id}`;
    expect(await asks(key, 'GET', path)).toMatchObject({ status: 200, body: { id, status: 'open' } });
    const wrong = await asks(key, 'POST', `${path}/confirm`, { payment_method: 'pm_card_visa', expected_amount: '1' });
    expect(wrong).toMatchObject({ status: 400, body: { error: { param: 'expected_amount' } } });
    const declined = await asks(key, 'POST', `${path}/confirm`, { payment_method: 'pm_card_chargeDeclined' });
    expect(declined).toMatchObject({
      status: 402,
      body: { error: { code: 'card_declined', payment_intent: { status: 'requires_payment_method' } } },
    });
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
      billing_details: { name: 'Jenny Rosen', email: 'jenny@shop.example', address: { country: 'US' } },
    });
    const paid = await asks(key, 'POST', `${path}/confirm`, { payment_method: method.id, expected_amount: '3900' });
    expect(paid).toMatchObject({
      status: 200,
      body: {
        id,
        status: 'complete',
        payment_status: 'paid',
        payment_intent: { status: 'succeeded', payment_method: method.id },
        customer_details: { name: 'Jenny Rosen', email: 'jenny@shop.example', address: { country: 'US' } },
      },
    });
    expect(await asks(key, 'POST', `${path}/confirm`, { payment_method: 'pm_card_visa' })).toMatchObject({
      status: 400,
    });
    expect(typesOf(await eventsUpTo(stripe, 'checkout.session.completed')).slice(-4)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
      'checkout.session.completed',
    ]);
  });
});
