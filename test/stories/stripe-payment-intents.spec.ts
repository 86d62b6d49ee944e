import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import {
  all,
  failureOf,
  idOf,
  newSecretKey,
  pays,
  publishableKeyOf,
  RETURN_URL,
  stripeFor,
} from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

const chargeOf = (intent: Stripe.PaymentIntent): string => idOf(intent.latest_charge);

describe('A payment intent', () => {
  it('waits for a method, for its confirmation, and succeeds', async () => {
    const stripe = stripeFor(gateway);
    const created = await stripe.paymentIntents.create({
      amount: 1999,
      currency: 'eur',
      description: 'A teapot',
      metadata: { order: '17' },
    });
    expect(created).toMatchObject({
      object: 'payment_intent',
      amount: 1999,
      currency: 'eur',
      status: 'requires_payment_method',
      latest_charge: null,
      capture_method: 'automatic_async',
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
      payment_method_types: ['card'],
      description: 'A teapot',
      metadata: { order: '17' },
      livemode: false,
    });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_\\w{25}$`));
    const ready = await stripe.paymentIntents.update(created.id, { payment_method: 'pm_card_mastercard' });
    expect(ready.status).toBe('requires_confirmation');
    expect(idOf(ready.payment_method)).toMatch(/^pm_\w{24}$/);
    const paid = await stripe.paymentIntents.confirm(created.id, { return_url: RETURN_URL });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1999, payment_method: ready.payment_method });
    const charge = await stripe.charges.retrieve(chargeOf(paid));
    expect(charge).toMatchObject({
      amount: 1999,
      currency: 'eur',
      paid: true,
      captured: true,
      status: 'succeeded',
      payment_intent: created.id,
      payment_method: ready.payment_method,
      metadata: { order: '17' },
      description: 'A teapot',
      outcome: { type: 'authorized', network_status: 'approved_by_network' },
      payment_method_details: { type: 'card', card: { brand: 'mastercard', last4: '4444' } },
    });
    expect(await stripe.paymentIntents.retrieve(created.id)).toEqual(paid);
  });

  it('pays in one call, with a method by its id, by a token and by its data', async () => {
    const stripe = stripeFor(gateway);
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 8, exp_year: 2034, cvc: '314' },
    });
    expect(await pays(stripe, { payment_method: method.id })).toMatchObject({
      status: 'succeeded',
      payment_method: method.id,
    });
    const byData = await stripe.paymentIntents
      .create({
        amount: 500,
        currency: 'usd',
        confirm: true,
        return_url: RETURN_URL,
        payment_method_data: { type: 'card', billing_details: { name: 'Jenny Rosen' } },
        ...({ 'payment_method_data[card][token]': 'tok_visa' } as object),
      })
      .catch(() => null);
    expect(byData === null || byData.status === 'succeeded').toBe(true);
    const byToken = await pays(stripe, {
      payment_method: undefined as never,
      payment_method_data: { type: 'card', card: { token: 'tok_visa' } } as never,
    });
    expect(byToken.status).toBe('succeeded');
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', '', '05'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds', '', '51'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card', '', '41'],
    ['pm_card_chargeDeclinedStolenCard', 'card_declined', 'stolen_card', '', '43'],
    ['pm_card_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded', '', '65'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', '', 'exp_month', '54'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', '', 'cvc', 'N7'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', '', '', '96'],
  ])('is declined with %s, and takes another card', async (card, code, decline_code, param, network_decline_code) => {
    const stripe = stripeFor(gateway);
    const error = await failureOf(pays(stripe, { payment_method: card }));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code, param });
    expect(error.raw).toMatchObject({ network_decline_code });
    const { payment_intent: intent, charge } = error as unknown as {
      payment_intent: Stripe.PaymentIntent;
      charge: string;
    };
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      latest_charge: charge,
      last_payment_error: { type: 'card_error', code, charge, payment_method: { object: 'payment_method' } },
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({
      status: 'failed',
      paid: false,
      failure_code: code,
      outcome: { network_status: 'declined_by_network', network_decline_code },
    });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toEqual(intent);
    const paid = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    expect(await all(stripe.charges.list({ payment_intent: intent.id }))).toHaveLength(2);
  });

  it('is captured whole, in part, and not twice', async () => {
    const stripe = stripeFor(gateway);
    const held = await pays(stripe, { capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2000, amount_received: 0 });
    expect(await stripe.charges.retrieve(chargeOf(held))).toMatchObject({ captured: false, paid: true });
    expect(await failureOf(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2001 }))).toMatchObject({
      statusCode: 400,
      code: 'amount_too_large',
    });
    const captured = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 1500,
      metadata: { sent: 'yes' },
    });
    expect(captured).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 1500 });
    expect(captured.metadata).toEqual({ sent: 'yes' });
    expect(await stripe.charges.retrieve(chargeOf(held))).toMatchObject({ captured: true, amount_captured: 1500 });
    expect(await failureOf(stripe.paymentIntents.capture(held.id))).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: held.id, status: 'succeeded' },
    });
    const whole = await pays(stripe, { capture_method: 'manual' });
    expect(await stripe.paymentIntents.capture(whole.id)).toMatchObject({ amount_received: 2000 });
  });

  it('takes another description and metadata at any time, and nothing else once it has succeeded', async () => {
    const stripe = stripeFor(gateway);
    const { id } = await pays(stripe, { metadata: { a: '1' } });
    const changes = { description: 'Order 7', metadata: { b: '2' }, receipt_email: 'ada@shop.test' };
    expect(await stripe.paymentIntents.update(id, changes)).toMatchObject({
      ...changes,
      status: 'succeeded',
      metadata: { a: '1', b: '2' },
    });
    const state = { code: 'payment_intent_unexpected_state', payment_intent: { id, status: 'succeeded' } };
    expect(await failureOf(stripe.paymentIntents.update(id, { amount: 100 }))).toMatchObject(state);
    expect(await failureOf(stripe.paymentIntents.confirm(id))).toMatchObject(state);
  });

  it('needs an address to return to only where a payment may lead away', async () => {
    const stripe = stripeFor(gateway);
    const here = { amount: 2000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true } as const;
    expect(await failureOf(stripe.paymentIntents.create(here))).toMatchObject({
      code: 'parameter_missing',
      param: 'return_url',
    });
    const never = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;
    for (const params of [never, { allowed_payment_method_types: ['card' as const] }])
      expect(await stripe.paymentIntents.create({ ...here, ...params })).toMatchObject({ status: 'succeeded' });
  });

  it('is declined where it would need an action that the merchant does not want', async () => {
    const stripe = stripeFor(gateway);
    const asked = { payment_method: 'pm_card_authenticationRequired', error_on_requires_action: true };
    expect(await failureOf(pays(stripe, asked))).toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      payment_intent: { status: 'requires_payment_method' },
    });
  });

  it('is canceled with a reason, which releases a hold, and then takes nothing', async () => {
    const stripe = stripeFor(gateway);
    const held = await pays(stripe, { capture_method: 'manual' });
    const canceled = await stripe.paymentIntents.cancel(held.id, { cancellation_reason: 'requested_by_customer' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'requested_by_customer',
      amount_capturable: 0,
    });
    expect(canceled.canceled_at).toEqual(expect.any(Number));
    expect(await stripe.charges.retrieve(chargeOf(held))).toMatchObject({ refunded: true, amount_refunded: 2000 });
    const open = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    expect((await stripe.paymentIntents.cancel(open.id)).status).toBe('canceled');
    for (const attempt of [
      () => stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_visa', return_url: RETURN_URL }),
      () => stripe.paymentIntents.cancel(open.id),
      () => stripe.paymentIntents.update(open.id, { amount: 1100 }),
    ])
      expect(await failureOf(attempt())).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });

  it('sends the customer to authenticate, and goes on by the answer', async () => {
    const stripe = stripeFor(gateway);
    const answer = async (intent: Stripe.PaymentIntent, result: string): Promise<URL> => {
      const url = intent.next_action?.redirect_to_url?.url ?? '';
      const { headers } = await send('POST', url, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        raw: `result=${result}`,
      });
      return new URL(headers.get('location') ?? '');
    };
    const challenged = await pays(stripe, { payment_method: 'pm_card_authenticationRequired' });
    expect(challenged).toMatchObject({
      status: 'requires_action',
      latest_charge: null,
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: RETURN_URL } },
    });
    const back = await answer(challenged, 'succeeded');
    expect(`${back.origin}${back.pathname}`).toBe(RETURN_URL);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      payment_intent: challenged.id,
      payment_intent_client_secret: challenged.client_secret,
      redirect_status: 'succeeded',
    });
    expect(await stripe.paymentIntents.retrieve(challenged.id)).toMatchObject({ status: 'succeeded' });

    const refused = await pays(stripe, { payment_method: 'pm_card_authenticationRequired' });
    expect((await answer(refused, 'failed')).searchParams.get('redirect_status')).toBe('failed');
    expect(await stripe.paymentIntents.retrieve(refused.id)).toMatchObject({
      status: 'requires_payment_method',
      latest_charge: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    const sdk = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(sdk.next_action?.type).toBe('use_stripe_sdk');
  });

  it('without the customer is declined where authentication is required, unless the card is set up', async () => {
    const stripe = stripeFor(gateway);
    const error = await failureOf(
      pays(stripe, { payment_method: 'pm_card_authenticationRequired', off_session: true }),
    );
    expect(error).toMatchObject({ type: 'StripeCardError', code: 'authentication_required' });
    expect(await pays(stripe, { payment_method: 'pm_card_visa', off_session: true })).toMatchObject({
      status: 'succeeded',
    });
    const customer = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: RETURN_URL,
    });
    await send('POST', setup.next_action?.redirect_to_url?.url ?? '', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      raw: 'result=succeeded',
    });
    const ready = await stripe.setupIntents.retrieve(setup.id);
    expect(ready.status).toBe('succeeded');
    const later = await pays(stripe, {
      customer: customer.id,
      payment_method: idOf(ready.payment_method),
      off_session: true,
    });
    expect(later.status).toBe('succeeded');
  });

  it('keeps the method of a customer where it is asked to', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create({ email: 'jenny@shop.test' });
    const paid = await pays(stripe, { customer, setup_future_usage: 'off_session' });
    const { data } = await stripe.customers.listPaymentMethods(customer);
    expect(data.map(({ id }) => id)).toEqual([paid.payment_method]);
    expect(await pays(stripe, { customer, payment_method: idOf(paid.payment_method) })).toMatchObject({
      status: 'succeeded',
      customer,
    });
    expect(await failureOf(pays(stripe, { payment_method: idOf(paid.payment_method) }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
    });
  });

  it('is found by lists, with both cursors, and by searches', async () => {
    const stripe = stripeFor(gateway);
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1)
      made.unshift((await pays(stripe, { amount: 1000 + n, metadata: { n: String(n) } })).id);
    const ids = (list: { readonly data: readonly { readonly id: string }[] }): string[] =>
      list.data.map(({ id }) => id);
    const first = await stripe.paymentIntents.list({ limit: 2 });
    expect([ids(first), first.has_more]).toEqual([made.slice(0, 2), true]);
    expect(ids(await stripe.paymentIntents.list({ limit: 2, starting_after: made[1] ?? '' }))).toEqual(
      made.slice(2, 4),
    );
    const before = await stripe.paymentIntents.list({ limit: 2, ending_before: made[4] ?? '' });
    expect([ids(before), before.has_more]).toEqual([made.slice(2, 4), true]);
    expect((await all(stripe.paymentIntents.list({ limit: 2 }))).map(({ id }) => id)).toEqual(made);
    const found = await stripe.paymentIntents.search({ query: "metadata['n']:'3' AND status:'succeeded'" });
    expect([ids(found), found.has_more, found.next_page]).toEqual([[made[1]], false, null]);
    expect(ids(await stripe.paymentIntents.search({ query: 'amount>1002' }))).toEqual(made.slice(0, 2));
    expect(ids(await stripe.paymentIntents.search({ query: "-status:'succeeded'" }))).toEqual([]);
    const paged = await stripe.paymentIntents.search({ query: "currency:'usd'", limit: 2 });
    expect(paged.next_page).toEqual(expect.any(String));
    expect(
      (await all(stripe.paymentIntents.search({ query: "currency:'usd'", limit: 2 }))).map(({ id }) => id),
    ).toEqual(made);
    for (const query of ["nope:'1'", "status:'a' AND amount>1 OR amount<2", "metadata['n':'1'", "status:'open"])
      expect(await failureOf(stripe.paymentIntents.search({ query }))).toMatchObject({
        statusCode: 400,
        param: 'query',
      });
  });

  it('shows whole objects where they are asked for', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create({ name: 'Jenny' });
    const { id } = await pays(stripe, { customer });
    const intent = await stripe.paymentIntents.retrieve(id, {
      expand: ['customer', 'payment_method', 'latest_charge.payment_intent'],
    });
    expect(intent).toMatchObject({
      customer: { object: 'customer', name: 'Jenny' },
      payment_method: { object: 'payment_method' },
      latest_charge: { object: 'charge', payment_intent: { object: 'payment_intent', id } },
    });
    const list = await stripe.paymentIntents.list({ expand: ['data.customer'] });
    expect(list.data[0]).toMatchObject({ customer: { name: 'Jenny' } });
    await stripe.customers.del(customer);
    expect(await stripe.paymentIntents.retrieve(id, { expand: ['customer'] })).toMatchObject({
      customer: { id: customer, deleted: true },
    });
    for (const expand of [
      ['nope'],
      ['amount'],
      ['customer.nope'],
      ['latest_charge.payment_intent.latest_charge.payment_intent.customer'],
    ])
      expect(await failureOf(stripe.paymentIntents.retrieve(id, { expand }))).toMatchObject({ statusCode: 400 });
  });

  it('is reached by browsers with its secret alone', async () => {
    const key = newSecretKey();
    const stripe = stripeFor(gateway, key);
    const { id, client_secret } = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      metadata: { a: 'b' },
    });
    const browser = stripeFor(gateway, publishableKeyOf(key));
    const params = { client_secret: client_secret ?? '' };
    expect(await browser.paymentIntents.retrieve(id, params)).toMatchObject({ id, status: 'requires_payment_method' });
    const paid = await browser.paymentIntents.confirm(id, {
      ...params,
      return_url: RETURN_URL,
      payment_method_data: {
        type: 'card',
        card: { number: '4242424242424242', exp_month: 12, exp_year: 2035, cvc: '123' },
      },
    } as Stripe.PaymentIntentConfirmParams);
    expect(paid.status).toBe('succeeded');
    expect(await failureOf(browser.paymentIntents.retrieve(id))).toMatchObject({ code: 'parameter_missing' });
    expect(await failureOf(browser.paymentIntents.retrieve(id, { client_secret: `${id}_secret_nope` }))).toMatchObject({
      statusCode: 400,
      param: 'client_secret',
    });
    expect(await failureOf(browser.paymentIntents.list())).toMatchObject({ statusCode: 403 });
    expect(await failureOf(browser.refunds.create({ payment_intent: id }))).toMatchObject({ statusCode: 403 });
  });
});
