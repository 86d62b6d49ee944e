import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { all, failureOf, idOf, pays, RETURN_URL, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

describe('A customer', () => {
  it('is created, read, changed and deleted', async () => {
    const stripe = stripeFor(gateway);
    const address = { line1: '1 Main St', city: 'Springfield', country: 'US', postal_code: '12345' };
    const customer = await stripe.customers.create({
      email: 'jenny@shop.test',
      name: 'Jenny Rosen',
      phone: '+15555550100',
      address,
      shipping: { name: 'Jenny', address },
      metadata: { plan: 'gold', keep: 'yes' },
      preferred_locales: ['en'],
      tax_exempt: 'exempt',
    });
    expect(customer).toMatchObject({
      object: 'customer',
      email: 'jenny@shop.test',
      address: { ...address, line2: null, state: null },
      shipping: { name: 'Jenny', address },
      metadata: { plan: 'gold', keep: 'yes' },
      tax_exempt: 'exempt',
      invoice_settings: { default_payment_method: null },
    });
    expect(await stripe.customers.retrieve(customer.id)).toEqual(customer);
    const changed = await stripe.customers.update(customer.id, {
      name: 'Jenny R.',
      phone: '',
      metadata: { plan: '', vip: 'true' },
    });
    expect(changed).toMatchObject({
      name: 'Jenny R.',
      phone: null,
      email: 'jenny@shop.test',
      metadata: { keep: 'yes', vip: 'true' },
    });
    expect(changed.metadata).not.toHaveProperty('plan');
    expect((await stripe.customers.update(customer.id, { metadata: '' })).metadata).toEqual({});
    expect(await stripe.customers.del(customer.id)).toEqual(
      expect.objectContaining({ id: customer.id, deleted: true }),
    );
    expect(await stripe.customers.retrieve(customer.id)).toEqual(expect.objectContaining({ deleted: true }));
    expect(await failureOf(stripe.customers.update(customer.id, { name: 'x' }))).toMatchObject({
      code: 'resource_missing',
    });
    expect(await failureOf(stripe.customers.del(customer.id))).toMatchObject({ statusCode: 404 });
  });

  it('that comes with a source is charged without naming it', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create({ source: 'tok_visa' });
    const charged = { amount: 500, currency: 'usd', customer };
    expect(await stripe.charges.create(charged)).toMatchObject({ paid: true, customer });
    await stripe.customers.update(customer, { source: 'tok_mastercard' });
    const card = { brand: 'mastercard' };
    expect(await stripe.charges.create(charged)).toMatchObject({ payment_method_details: { card } });
    const cleared = await stripe.customers.update(customer, { invoice_settings: { default_payment_method: '' } });
    expect(cleared.invoice_settings.default_payment_method).toBeNull();
  });

  it('is listed by e-mail and time, and searched', async () => {
    const stripe = stripeFor(gateway);
    for (const [email, name] of [
      ['a@shop.test', 'Ada'],
      ['b@shop.test', 'Bo'],
      ['a@shop.test', 'Ann'],
    ])
      await stripe.customers.create({ email: email ?? '', name: name ?? '', metadata: { first: name?.[0] ?? '' } });
    const names = (list: { readonly data: readonly { readonly name?: string | null }[] }) =>
      list.data.map(({ name }) => name);
    expect(names(await stripe.customers.list({ email: 'a@shop.test' }))).toEqual(['Ann', 'Ada']);
    const now = Math.floor(Date.now() / 1000);
    expect(names(await stripe.customers.list({ created: { gte: now - 60 } }))).toHaveLength(3);
    expect(names(await stripe.customers.list({ created: { gt: now + 60 } }))).toEqual([]);
    expect(names(await stripe.customers.search({ query: "email:'b@shop.test'" }))).toEqual(['Bo']);
    expect(names(await stripe.customers.search({ query: "name~'an' OR metadata['first']:'B'" }))).toEqual([
      'Ann',
      'Bo',
    ]);
  });
});

describe('A payment method', () => {
  it('is attached, listed, changed and detached', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create();
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { number: '5555 5555 5555 4444', exp_month: 3, exp_year: 34, cvc: '123' },
      billing_details: { name: 'Jenny', email: 'jenny@shop.test', address: { postal_code: '12345' } },
      metadata: { a: '1' },
    });
    expect(method).toMatchObject({
      object: 'payment_method',
      type: 'card',
      customer: null,
      billing_details: { name: 'Jenny', address: { postal_code: '12345' } },
      card: { brand: 'mastercard', last4: '4444', exp_month: 3, exp_year: 2034, checks: { cvc_check: 'pass' } },
    });
    expect(JSON.stringify(method)).not.toContain('5555555555554444');
    expect(await stripe.paymentMethods.attach(method.id, { customer })).toMatchObject({ customer });
    const changed = await stripe.paymentMethods.update(method.id, {
      card: { exp_year: 2036 },
      metadata: { a: '', b: '2' },
    });
    expect(changed).toMatchObject({ card: { exp_year: 2036 }, metadata: { b: '2' } });
    const ready = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    expect(ready.id).toMatch(/^pm_\w{24}$/);
    expect((await all(stripe.paymentMethods.list({ customer, type: 'card' }))).map(({ id }) => id)).toEqual([
      ready.id,
      method.id,
    ]);
    expect(await stripe.customers.retrievePaymentMethod(customer, method.id)).toEqual(changed);
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
    expect(
      await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] }),
    ).toMatchObject({
      invoice_settings: { default_payment_method: { id: method.id } },
    });
    expect(await stripe.paymentMethods.detach(method.id)).toMatchObject({ customer: null });
    expect(await failureOf(stripe.paymentMethods.detach(method.id))).toMatchObject({ statusCode: 400 });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
  });

  it.each([
    [{ number: '4242424242424241' }, 'incorrect_number', 'number'],
    [{ exp_month: 13 }, 'invalid_expiry_month', 'exp_month'],
    [{ exp_year: 2020 }, 'invalid_expiry_year', 'exp_year'],
    [{ cvc: '99' }, 'invalid_cvc', 'cvc'],
    [{ number: '4111111111111111' }, 'card_declined', 'number'],
  ])('of a card with %o is refused as a card error', async (wrong, code, param) => {
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123', ...wrong };
    const error = await failureOf(stripeFor(gateway).paymentMethods.create({ type: 'card', card }));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, param });
    expect(JSON.stringify(error.raw)).not.toContain(card.number);
  });

  it('that declines is refused when it is attached, except for the card that declines later', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create();
    expect(await failureOf(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer }))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    const later = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    expect(await failureOf(pays(stripe, { customer, payment_method: later.id }))).toMatchObject({
      code: 'card_declined',
    });
    const other = await stripe.customers.create();
    expect(await failureOf(stripe.paymentMethods.attach(later.id, { customer: other.id }))).toMatchObject({
      statusCode: 400,
    });
    expect(await failureOf(stripe.customers.create({ payment_method: 'pm_card_chargeDeclined' }))).toMatchObject({
      statusCode: 402,
    });
    expect((await stripe.customers.list()).data).toHaveLength(2);
  });

  it('comes from a token, which pays as a source', async () => {
    const stripe = stripeFor(gateway);
    const token = await stripe.tokens.create({
      card: { number: '4242424242424242', exp_month: '12', exp_year: '2034', cvc: '123' },
    });
    expect(token).toMatchObject({
      object: 'token',
      type: 'card',
      used: false,
      card: { object: 'card', last4: '4242' },
    });
    expect(await stripe.tokens.retrieve(token.id)).toEqual(token);
    for (const source of [token.id, 'tok_visa', 'pm_card_amex'])
      expect(await stripe.charges.create({ amount: 900, currency: 'usd', source })).toMatchObject({
        paid: true,
        amount: 900,
      });
    expect(
      await failureOf(stripe.charges.create({ amount: 900, currency: 'usd', source: 'tok_chargeDeclined' })),
    ).toMatchObject({
      statusCode: 402,
      decline_code: 'generic_decline',
    });
    expect(await failureOf(stripe.charges.create({ amount: 900, currency: 'usd' }))).toMatchObject({ param: 'source' });
  });
});

describe('A setup intent', () => {
  it('sets a card up for a customer', async () => {
    const stripe = stripeFor(gateway);
    const { id: customer } = await stripe.customers.create();
    const created = await stripe.setupIntents.create({ customer, usage: 'off_session', metadata: { a: '1' } });
    expect(created).toMatchObject({
      object: 'setup_intent',
      status: 'requires_payment_method',
      customer,
      usage: 'off_session',
      latest_attempt: null,
    });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_\\w{25}$`));
    const done = await stripe.setupIntents.confirm(created.id, {
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    expect(done).toMatchObject({ status: 'succeeded', next_action: null });
    expect(idOf(done.latest_attempt)).toMatch(/^setatt_/);
    expect((await stripe.customers.listPaymentMethods(customer)).data[0]?.id).toBe(done.payment_method);
    expect(await failureOf(stripe.setupIntents.cancel(created.id))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    });
    expect((await all(stripe.setupIntents.list({ customer }))).map(({ id }) => id)).toEqual([created.id]);
  });

  it('tells why a card is refused, and takes another', async () => {
    const stripe = stripeFor(gateway);
    const error = await failureOf(
      stripe.setupIntents.create({ payment_method: 'pm_card_chargeDeclined', confirm: true, return_url: RETURN_URL }),
    );
    expect(error).toMatchObject({
      type: 'StripeCardError',
      code: 'card_declined',
      setup_intent: { status: 'requires_payment_method', last_setup_error: { code: 'card_declined' } },
    });
    const { id } = (error as unknown as { setup_intent: { id: string } }).setup_intent;
    const confirmed = await stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa', return_url: RETURN_URL });
    expect(confirmed).toMatchObject({ status: 'succeeded', last_setup_error: null });
    const open = await stripe.setupIntents.create();
    expect(await stripe.setupIntents.cancel(open.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
  });

  it('waits for the customer where the card asks for it, and fails if the customer does', async () => {
    const stripe = stripeFor(gateway);
    const setup = await stripe.setupIntents.create({
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: RETURN_URL,
    });
    const url = setup.next_action?.redirect_to_url?.url ?? '';
    expect([setup.status, (await send('GET', url)).status]).toEqual(['requires_action', 200]);
    const { headers } = await send('POST', url, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      raw: 'result=failed',
    });
    expect(new URL(headers.get('location') ?? '').searchParams.get('redirect_status')).toBe('failed');
    expect(await stripe.setupIntents.retrieve(setup.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
  });
});
