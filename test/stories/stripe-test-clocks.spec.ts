import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { all, failureOf, pays, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
});
afterAll(() => gateway.stop());

const DAY = 86_400;
const START = Date.UTC(2027, 0, 1) / 1000;

const ready = (stripe: Stripe, id: string): Promise<Stripe.TestHelpers.TestClock> =>
  eventually(
    'the clock to be ready',
    () => stripe.testHelpers.testClocks.retrieve(id),
    ({ status }) => status === 'ready',
  );

describe('A test clock', () => {
  it('moves the whole account: an authorization expires by it', async () => {
    const stripe = stripeFor(gateway);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'January' });
    expect(clock).toMatchObject({
      object: 'test_helpers.test_clock',
      frozen_time: START,
      name: 'January',
      status: 'ready',
    });
    const held = await pays(stripe, { capture_method: 'manual' });
    expect(held.created).toBe(START);
    const advancing = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 8 * DAY });
    expect(advancing.status).toBe('advancing');
    expect(await ready(stripe, clock.id)).toMatchObject({ frozen_time: START + 8 * DAY });
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'automatic',
    });
    const types = (await all(stripe.events.list({ limit: 100 }))).map(({ type }) => type).reverse();
    expect(types).toEqual([
      'test_helpers.test_clock.created',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
      'test_helpers.test_clock.advancing',
      'charge.expired',
      'payment_intent.canceled',
      'test_helpers.test_clock.ready',
    ]);
  });

  it('is one for each account, goes only forwards, and its end returns the real time', async () => {
    const stripe = stripeFor(gateway);
    const { testClocks } = stripe.testHelpers;
    const clock = await testClocks.create({ frozen_time: START });
    expect((await failureOf(testClocks.create({ frozen_time: START }))).statusCode).toBe(400);
    for (const frozen_time of [START, START - DAY, START + 3 * 366 * DAY])
      expect(await failureOf(testClocks.advance(clock.id, { frozen_time }))).toMatchObject({ param: 'frozen_time' });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    expect(customer).toMatchObject({ test_clock: clock.id, created: START });
    await stripe.customers.create();
    expect((await stripe.customers.list({ test_clock: clock.id })).data).toEqual([customer]);
    const unknown = { test_clock: 'clock_x' };
    for (const call of [stripe.customers.create(unknown), stripe.customers.list(unknown)])
      expect(await failureOf(call)).toMatchObject({ statusCode: 400, param: 'test_clock' });
    expect((await testClocks.list()).data.map(({ id }) => id)).toEqual([clock.id]);
    expect(await testClocks.del(clock.id)).toEqual(expect.objectContaining({ id: clock.id, deleted: true }));
    expect(await failureOf(testClocks.retrieve(clock.id))).toMatchObject({ statusCode: 404 });
    const { created } = await stripe.customers.create();
    expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(60);
  });

  it('does not begin before the newest object', async () => {
    const stripe = stripeFor(gateway);
    await pays(stripe);
    expect(await failureOf(stripe.testHelpers.testClocks.create({ frozen_time: START - 700 * DAY }))).toMatchObject({
      param: 'frozen_time',
    });
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    expect(clock.status).toBe('ready');
  });
});
