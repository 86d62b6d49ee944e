import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, send } from '../support/http.js';
import { failureOf, idOf, newSecretKey, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

interface ErrorBody {
  readonly error: { readonly type: string; readonly message: string; readonly code?: string; readonly param?: string };
}

const FORM = 'application/x-www-form-urlencoded';
const NEWEST = '2026-10-28.endive';

/** A request as curl sends it. */
function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<ErrorBody>> {
  const authorization = `Bearer ${newSecretKey()}`;
  return send<ErrorBody>('POST', `${gateway.url}${path}`, {
    headers: { authorization, 'content-type': FORM, ...headers },
    raw: body,
  });
}

describe('A request of the dialect', () => {
  it('takes its key as a bearer token, as the user of Basic, and in the form', async () => {
    const key = newSecretKey();
    const basic = Buffer.from(`${key}:`).toString('base64');
    const made = await send<{ id: string }>('POST', `${gateway.url}/v1/customers`, {
      headers: { authorization: `Basic ${basic}`, 'content-type': FORM },
      raw: 'email=jenny%40shop.test',
    });
    expect(made.status).toBe(200);
    expect(await stripeFor(gateway, key).customers.retrieve(made.body.id)).toMatchObject({ email: 'jenny@shop.test' });
    const token = await send<{ id: string }>('POST', `${gateway.url}/v1/tokens`, {
      headers: { 'content-type': FORM },
      raw: `key=${key.replace('sk_', 'pk_')}&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=2035&card[cvc]=123`,
    });
    expect([token.status, token.body.id.slice(0, 4)]).toEqual([200, 'tok_']);
  });

  it('takes lists of objects as curl sends them, without numbers', async () => {
    const key = newSecretKey();
    const item = (name: string, amount: number): string =>
      [`[currency]=usd`, `[unit_amount]=${amount}`, `[product_data][name]=${name}`]
        .map((field) => `line_items[][price_data]${field}`)
        .join('&');
    const made = await send<{ amount_total: number }>('POST', `${gateway.url}/v1/checkout/sessions`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': FORM },
      raw: `mode=payment&success_url=http://127.0.0.1:9/&${item('Mug', 700)}&line_items[][quantity]=2&${item('Pot', 900)}&line_items[][quantity]=1`,
    });
    expect([made.status, made.body.amount_total]).toEqual([200, 2300]);
  });

  it('that is wrong leads to a page about errors, and is repeated by no SDK', async () => {
    const stripe = stripeFor(gateway);
    const wrong = await failureOf(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }));
    expect((await fetch(wrong.doc_url ?? '')).status).toBe(200);
    const { id } = await stripe.customers.create();
    const { id: method } = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    const foreign = stripe.customers.update(id, { invoice_settings: { default_payment_method: method } });
    expect(await failureOf(foreign)).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(await failureOf(stripe.paymentIntents.retrieve('pi_none'))).toMatchObject({ param: 'intent' });
  });

  it('of an old version has what that version has', async () => {
    const stripe = stripeFor(gateway);
    const old = { apiVersion: '2022-08-01' } as Stripe.RequestOptions;
    const confirmed = { amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };
    const intent = await stripe.paymentIntents.create(confirmed, old);
    expect(intent).toMatchObject({ automatic_payment_methods: null, payment_method_types: ['card'] });
    expect(intent).toMatchObject({ charges: { object: 'list', data: [{ id: intent.latest_charge, refunds: {} }] } });
    expect((await stripe.paymentIntents.list({}, old)).data).toMatchObject([{ charges: { object: 'list' } }]);
    expect(await stripe.paymentIntents.retrieve(intent.id)).not.toHaveProperty('charges');
  });

  it('without a key is 401, and says no more than that', async () => {
    const { status, body, headers } = await send<ErrorBody>('GET', `${gateway.url}/v1/customers`);
    expect([status, Object.keys(body.error).sort()]).toEqual([401, ['message', 'type']]);
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(headers.get('stripe-version')).toBeNull();
    const error = await failureOf(stripeFor(gateway, 'sk_live_1234567890').customers.list());
    expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(error.message).not.toContain('sk_live_1234567890');
  });

  it('of another key sees another world', async () => {
    const [one, other] = [stripeFor(gateway), stripeFor(gateway)];
    const { id } = await one.customers.create();
    expect(await failureOf(other.customers.retrieve(id))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it('gets the headers that SDKs read', async () => {
    const stripe = stripeFor(gateway);
    const { lastResponse } = await stripe.customers.create({}, { idempotencyKey: 'once' });
    expect(lastResponse).toMatchObject({ statusCode: 200, idempotencyKey: 'once', apiVersion: NEWEST });
    expect(lastResponse.requestId).toMatch(/^req_/);
    expect(lastResponse.headers).toMatchObject({
      'original-request': lastResponse.requestId,
      'stripe-should-retry': 'false',
    });
    const read = await stripe.customers.list();
    expect(read.lastResponse.headers).not.toHaveProperty('stripe-should-retry');
    const { headers } = await post('/v1/customers', '');
    expect(headers.get('content-type')).toBe('application/json');
  });

  it('is answered as its version has it', async () => {
    const old = stripeFor(gateway, newSecretKey(), { apiVersion: '2023-10-16' as never });
    const intent = await old.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      ...({ payment_method_types: ['card'] } as object),
    });
    expect(intent.lastResponse.apiVersion).toBe('2023-10-16');
    expect(intent).toMatchObject({ capture_method: 'automatic', payment_method_types: ['card'] });
    const types = { amount: 1000, currency: 'usd', ...({ payment_method_types: ['card'] } as object) };
    expect(await failureOf(stripeFor(gateway).paymentIntents.create(types))).toMatchObject({
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    });
    const older = stripeFor(gateway, newSecretKey(), { apiVersion: '2022-08-01' as never });
    const paid = await pays(older);
    expect(await older.charges.retrieve(idOf(paid.latest_charge))).toMatchObject({
      refunds: { object: 'list', data: [] },
    });
    expect(
      (await stripeFor(gateway, newSecretKey(), { apiVersion: '2031-01-01.zinnia' as never }).customers.list()).data,
    ).toEqual([]);
    expect(
      await failureOf(stripeFor(gateway, newSecretKey(), { apiVersion: 'yesterday' as never }).customers.list()),
    ).toMatchObject({ statusCode: 400 });
  });

  it.each([
    ['amount=abc&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=10.5&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=99999999999999999999&currency=usd', 'parameter_invalid_integer', 'amount'],
    ['amount=49&currency=usd', 'amount_too_small', 'amount'],
    ['currency=usd', 'parameter_missing', 'amount'],
    ['amount=1000', 'parameter_missing', 'currency'],
    ['amount=1000&currency=usd&nope=1', 'parameter_unknown', 'nope'],
    ['amount=1000&currency=usd&shipping[address][planet]=x', 'parameter_unknown', 'shipping[address][planet]'],
    ['amount=1000&currency=usd&payment_method=pm_nope', 'resource_missing', 'payment_method'],
    ['amount=1000&currency=usd&customer=cus_nope', 'resource_missing', 'customer'],
    ['amount=1000&currency=usd&confirm=true&payment_method=pm_card_visa', 'parameter_missing', 'return_url'],
    [`amount=1000&currency=usd&metadata[${'k'.repeat(41)}]=v`, 'parameter_invalid', `metadata[${'k'.repeat(41)}]`],
  ])('%s is refused, with the parameter at fault', async (body, code, param) => {
    const { status, body: answer } = await post('/v1/payment_intents', body);
    expect([status, answer.error.type, answer.error.code, answer.error.param]).toEqual([
      400,
      'invalid_request_error',
      code,
      param,
    ]);
  });

  it.each([
    ['__proto__[polluted]=1'],
    ['metadata[__proto__]=1'],
    ['a[constructor][prototype][b]=1'],
    ['expand[5]=x'],
    ['expand[0]=x&expand[0]=y'],
    ['a=%E0%A4%A'],
    ['a=%ff'],
    [`${'a[b]'.repeat(1)}${'[c]'.repeat(50)}=1`],
    [Array.from({ length: 1001 }, (_, n) => `metadata[k${n}]=v`).join('&')],
    ['metadata=x&metadata[a]=b'],
    ['[a]=b'],
    ['a[=b'],
    [']=b'],
    ['=b'],
  ])('that cannot be read is 400 in the form of the dialect: %.40s', async (body) => {
    const { status, body: answer, text } = await post('/v1/customers', body);
    expect({ status, text, type: answer.error.type }).toEqual({ status: 400, text, type: 'invalid_request_error' });
  });

  it('has an answer in JSON on every path', async () => {
    const stripe = stripeFor(gateway);
    const refused = await failureOf(stripe.subscriptions.list());
    expect(refused).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 404 });
    expect(refused.message).toContain('unsupported: subscriptions');
    for (const [method, path] of [
      ['GET', '/v1/nope'],
      ['POST', '/v1/customers/cus_1/nope/nope'],
      ['PUT', '/v1/customers'],
      ['GET', '/v2/core/events'],
    ] as const) {
      const { status, body } = await send<ErrorBody>(method, `${gateway.url}${path}`);
      expect([status, body.error.type]).toEqual([404, 'invalid_request_error']);
    }
  });
});

describe('A key for idempotent requests', () => {
  it('gets the first answer again, a decline too', async () => {
    const stripe = stripeFor(gateway);
    const once = { idempotencyKey: 'order-17' };
    const params = { amount: 1000, currency: 'usd' };
    const first = await stripe.paymentIntents.create(params, once);
    const again = await stripe.paymentIntents.create(params, once);
    expect(again).toEqual(first);
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    });
    const declined = { idempotencyKey: 'order-18' };
    const errors = [];
    for (let n = 0; n < 2; n += 1)
      errors.push(
        await failureOf(
          stripe.paymentIntents.create(
            { ...params, confirm: true, off_session: true, payment_method: 'pm_card_chargeDeclined' },
            declined,
          ),
        ),
      );
    expect(errors[1]).toMatchObject({ statusCode: 402, charge: errors[0]?.charge });
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  it('belongs to one path and its parameters', async () => {
    const stripe = stripeFor(gateway);
    const once = { idempotencyKey: 'one' };
    await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' }, once);
    for (const other of [
      () => stripe.paymentIntents.create({ amount: 1001, currency: 'usd' }, once),
      () => stripe.customers.create({}, once),
    ])
      expect(await failureOf(other())).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('is free again after parameters that were refused', async () => {
    const stripe = stripeFor(gateway);
    const once = { idempotencyKey: 'two' };
    await failureOf(stripe.paymentIntents.create({ amount: 1, currency: 'usd' }, once));
    expect(await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' }, once)).toMatchObject({ amount: 1000 });
  });

  it('makes one charge of 50 calls at once', async () => {
    const stripe = stripeFor(gateway, newSecretKey(), { maxNetworkRetries: 10 });
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        stripe.paymentIntents.create(
          { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, off_session: true },
          { idempotencyKey: 'fifty' },
        ),
      ),
    );
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
    expect((await stripe.charges.list({ limit: 100 })).data).toHaveLength(1);
  });
});

describe('An account of the dialect', () => {
  it('works on the own API with the same key', async () => {
    const key = newSecretKey();
    const { latest_charge } = await pays(stripeFor(gateway, key));
    const id = idOf(latest_charge).replace('ch_', 'txn_');
    const own = await gateway.request<{ status: string; amount: number }>('GET', `/payments/${id}`, {
      headers: { 'x-api-key': key },
    });
    expect(own.body).toMatchObject({ status: 'completed', amount: 20 });
  });

  it('finds the codes of its errors in the request log', async () => {
    const key = newSecretKey();
    await failureOf(stripeFor(gateway, key).customers.retrieve('cus_x'));
    const { body } = await eventually(
      'the request in the log',
      () =>
        gateway.request<{ data: { errorCode: string | null }[] }>('GET', '/request-logs', {
          headers: { 'x-api-key': key },
        }),
      (log) => log.body.data.some(({ errorCode }) => errorCode !== null),
    );
    expect(body.data.map(({ errorCode }) => errorCode)).toContain('resource_missing');
  });

  it('meets faults as any other, and retries make one charge', async () => {
    const key = newSecretKey();
    const stripe = stripeFor(gateway, key, { maxNetworkRetries: 3 });
    await stripe.customers.list();
    const fault = await gateway.request('POST', '/faults', {
      headers: { 'x-api-key': key },
      json: { match: { method: 'POST' }, effect: { type: 'reset' }, when: 'after', times: 2 },
    });
    expect(fault.status).toBe(201);
    const paid = await pays(stripe);
    expect(paid.status).toBe('succeeded');
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });
});

it('The versions of the SDK and of the newest gate agree', () => {
  expect(Stripe.API_VERSION).toBe(NEWEST);
});
