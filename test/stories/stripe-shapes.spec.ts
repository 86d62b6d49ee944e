import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { type Gateway, startGateway } from '../support/gateway.js';
import { lacks } from '../support/sdk-types.js';
import { failureOf, idOf, pays, RETURN_URL, stripeFor } from '../support/stripe.js';

let gateway: Gateway;
let stripe: Stripe;
beforeAll(async () => {
  gateway = await startGateway({ RATE_LIMIT: 'off' });
  stripe = stripeFor(gateway);
});
afterAll(() => gateway.stop());

type Make = () => Promise<unknown>;

const charge = async (): Promise<Stripe.Charge> => stripe.charges.retrieve(idOf((await pays(stripe)).latest_charge));
const firstOf = async <T>(list: Promise<{ readonly data: readonly T[] }>): Promise<T | undefined> =>
  (await list).data[0];

const checkout = (): Promise<Stripe.Checkout.Session> =>
  stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: RETURN_URL,
    line_items: [{ price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'Mug' } }, quantity: 1 }],
  });

const OBJECTS: readonly (readonly [file: string, name: string, make: Make])[] = [
  ['PaymentIntents', 'PaymentIntent', () => pays(stripe)],
  ['PaymentIntents', 'PaymentIntent', () => pays(stripe, { payment_method: 'pm_card_authenticationRequired' })],
  ['PaymentIntents', 'PaymentIntent', () => pays(stripe, { expand: ['latest_charge.balance_transaction'] })],
  ['Charges', 'Charge', charge],
  [
    'PaymentMethods',
    'PaymentMethod',
    () => stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } }),
  ],
  ['Customers', 'Customer', () => stripe.customers.create()],
  [
    'SetupIntents',
    'SetupIntent',
    () => stripe.setupIntents.create({ payment_method: 'pm_card_visa', confirm: true, return_url: RETURN_URL }),
  ],
  ['Refunds', 'Refund', async () => stripe.refunds.create({ charge: (await charge()).id })],
  [
    'WebhookEndpoints',
    'WebhookEndpoint',
    () => stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['charge.expired'] }),
  ],
  [
    'Tokens',
    'Token',
    () => stripe.tokens.create({ card: { number: '4242424242424242', exp_month: '1', exp_year: '2035', cvc: '123' } }),
  ],
  [
    'Events',
    'EventBase',
    async () => {
      await pays(stripe);
      return firstOf(stripe.events.list({ limit: 1 }));
    },
  ],
  ['Products', 'Product', () => stripe.products.create({ name: 'Teapot' })],
  ['Prices', 'Price', () => stripe.prices.create({ currency: 'usd', unit_amount: 100, product_data: { name: 'Mug' } })],
  ['Checkout/Sessions', 'Session', () => checkout()],
  ['LineItems', 'LineItem', async () => firstOf(stripe.checkout.sessions.listLineItems((await checkout()).id))],
  [
    'TestHelpers/TestClocks',
    'TestClock',
    () => stripeFor(gateway).testHelpers.testClocks.create({ frozen_time: 2_000_000_000 }),
  ],
];

describe('Every object', () => {
  it.each(OBJECTS)(
    'of %s has each field that the types of the SDK call always present, also in the objects in it: %s',
    async (file, name, make) => {
      expect(lacks(file, name, (await make()) as object)).toEqual([]);
    },
  );

  it('has them also when something went wrong', async () => {
    const declined = await failureOf(pays(stripe, { payment_method: 'pm_card_chargeDeclined' }));
    expect(lacks('PaymentIntents', 'PaymentIntent', declined.payment_intent ?? {})).toEqual([]);
    const failed = await stripe.charges.retrieve(declined.charge ?? '');
    expect(lacks('Charges', 'Charge', failed)).toEqual([]);
  });

  it('makes the check fail that lacks a field of an object in it', async () => {
    const shown = await charge();
    const { brand: _brand, ...card } = shown.payment_method_details?.card ?? { brand: null };
    const broken = { ...shown, payment_method_details: { ...shown.payment_method_details, card } };
    expect(lacks('Charges', 'Charge', broken)).toEqual(['payment_method_details.card.brand']);
  });
});
