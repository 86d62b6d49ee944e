import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { all, idOf, newSecretKey, RETURN_URL, stripeFor } from '../support/stripe.js';
import { moments, ROUNDS, UNLIMITED } from './load.js';

const SHOPS = 6;
const AGAIN_MS = 20;

/** What the objects of an order are, once each of its calls is answered. */
interface Order {
  readonly customer: string;
  readonly intent: string;
  readonly refund: string;
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ ...UNLIMITED, LOG_LEVEL: 'warn' });
});
afterAll(() => gateway.stop());

/** Shops that use the SDK, and repeat each call under its key until it is answered. */
class Shops {
  readonly orders: Order[] = [];
  unanswered = 0;
  private readonly running: Promise<void>[];
  private stopped = false;

  constructor(private readonly key: string) {
    this.running = Array.from({ length: SHOPS }, (_, n) => this.sells(n));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async sells(shop: number): Promise<void> {
    for (let count = 0; !this.stopped; count += 1) this.orders.push(await this.order(`${shop}-${count}`));
  }

  /** A card that is declined, one that is held, captured and kept, and a refund of a part. */
  private async order(name: string): Promise<Order> {
    const { id: customer } = await this.answered((stripe) =>
      stripe.customers.create({ name }, { idempotencyKey: `${name}-customer` }),
    );
    const { id: intent } = await this.answered((stripe) =>
      stripe.paymentIntents.create(
        { amount: 2000, currency: 'usd', customer, capture_method: 'manual', setup_future_usage: 'off_session' },
        { idempotencyKey: `${name}-intent` },
      ),
    );
    const confirm = (stripe: Stripe, card: string): Promise<Stripe.PaymentIntent> =>
      stripe.paymentIntents.confirm(
        intent,
        { payment_method: card, return_url: RETURN_URL },
        { idempotencyKey: `${name}-${card}` },
      );
    await this.answered((stripe) => confirm(stripe, 'pm_card_chargeDeclined').catch(declined));
    await this.answered((stripe) => confirm(stripe, 'pm_card_visa'));
    await this.answered((stripe) => stripe.paymentIntents.capture(intent, {}, { idempotencyKey: `${name}-capture` }));
    const { id: refund } = await this.answered((stripe) =>
      stripe.refunds.create({ payment_intent: intent, amount: 500 }, { idempotencyKey: `${name}-refund` }),
    );
    return { customer, intent, refund };
  }

  private async answered<T>(ask: (stripe: Stripe) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask(stripeFor(gateway, this.key, { maxNetworkRetries: 0 }));
      } catch (error) {
        if (!isAgain(error)) throw error;
        this.unanswered += 1;
        await delay(AGAIN_MS);
      }
    }
  }
}

function declined(error: unknown): void {
  if (!(error instanceof Stripe.errors.StripeCardError)) throw error;
}

/** Without an answer, while the first request still runs, or while the process starts or stops. */
function isAgain(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  return error instanceof Stripe.errors.StripeError && [409, 503].includes(error.statusCode ?? 0);
}

const COLLECTIONS = ['payment_intents', 'customers', 'payment_methods', 'payments'];

const TYPES = [
  'payment_intent.created',
  'charge.failed',
  'payment_intent.payment_failed',
  'charge.succeeded',
  'payment_intent.amount_capturable_updated',
  'charge.captured',
  'payment_intent.succeeded',
  'charge.refunded',
];

describe(`A gateway that is killed ${ROUNDS} times while shops pay with the SDK`, () => {
  it('has each order once, in its right state, and tells of each step once', async () => {
    const key = newSecretKey();
    const shops = new Shops(key);
    const next = moments(11);
    for (let round = 0; round < ROUNDS; round += 1) {
      await delay(300 + 900 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    await shops.stop();
    expect(shops.orders.length).toBeGreaterThan(SHOPS);
    expect(shops.unanswered).toBeGreaterThan(0);

    const database = await gateway.database();
    for (const name of COLLECTIONS)
      await eventually(
        `nothing of ${name} to be left to tell`,
        () => database.collection(name).countDocuments({ repairAt: { $exists: true } }),
        (count) => count === 0,
        30_000,
      );

    const stripe = stripeFor(gateway, key);
    const [intents, charges, customers, refunds, events] = await Promise.all([
      all(stripe.paymentIntents.list({ limit: 100 })),
      all(stripe.charges.list({ limit: 100 })),
      all(stripe.customers.list({ limit: 100 })),
      all(stripe.refunds.list({ limit: 100 })),
      all(stripe.events.list({ limit: 100 })),
    ]);
    const { orders } = shops;
    expect(intents.map(({ id }) => id).sort()).toEqual(orders.map(({ intent }) => intent).sort());
    expect(customers.map(({ id }) => id).sort()).toEqual(orders.map(({ customer }) => customer).sort());
    expect(refunds.map(({ id }) => id).sort()).toEqual(orders.map(({ refund }) => refund).sort());
    for (const { customer, intent: id } of orders) {
      const intent = intents.find((each) => each.id === id);
      expect(intent).toMatchObject({ id, status: 'succeeded', amount_received: 2000, customer });
      const own = charges.filter(({ payment_intent }) => payment_intent === id);
      expect({ id, made: own.map(({ status }) => status) }).toEqual({ id, made: ['succeeded', 'failed'] });
      const chargeIds = own.map((charge) => charge.id);
      const told = events.filter(({ data: { object } }) => {
        const about = (object as { readonly id?: string }).id ?? '';
        return about === id || chargeIds.includes(about);
      });
      const count = (type: string): number => told.filter((event) => event.type === type).length;
      expect({ id, told: TYPES.map(count) }).toEqual({ id, told: TYPES.map(() => 1) });
      const kept = await stripe.paymentMethods.list({ customer });
      expect(kept.data.map((method) => method.id)).toEqual([idOf(intent?.payment_method)]);
      const made = events.filter(({ type, data }) => type === 'customer.created' && data.object.id === customer);
      expect(made).toHaveLength(1);
    }
    const audit = await gateway.request<{ balanced: boolean }>('GET', '/ledger/audit', {
      headers: { 'x-api-key': key },
    });
    expect(audit.body).toMatchObject({ balanced: true });
  }, 600_000);
});
