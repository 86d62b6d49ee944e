import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CheckoutBody, newCheckout, paysWith, submits } from '../support/checkout.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import type { Answer } from '../support/http.js';
import { Merchant } from '../support/merchant.js';
import { allEvents } from '../support/webhook-endpoints.js';
import { moments, ROUNDS, UNLIMITED } from './load.js';

const CUSTOMERS = 6;
const AGAIN_MS = 20;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ ...UNLIMITED, PAYMENT_PROCESSING_DELAY_MS: '5', LOG_LEVEL: 'warn' });
});
afterAll(() => gateway.stop());

/** Customers who are declined, leave, come back and pay, and who send each form until they see what became of it. */
class Customers {
  readonly sessions: string[] = [];
  private readonly running: Promise<void>[];
  private stopped = false;

  constructor(private readonly merchant: Merchant) {
    this.running = Array.from({ length: CUSTOMERS }, (_, n) => this.buys(n));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private async buys(customer: number): Promise<void> {
    for (let count = 0; !this.stopped; count++) {
      const headers = { 'idempotency-key': `session-${customer}-${count}` };
      const created = await this.answered(
        () => this.merchant.asks<CheckoutBody>('POST', '/checkout/sessions', { headers, json: newCheckout() }),
        ({ status }) => status === 201,
      );
      const { id, url } = created.body;
      const isPlace = ({ status }: Answer): boolean => status === 303;
      await this.answered(() => paysWith(url, 'pm_card_chargeDeclined', 1), isPlace);
      // Until the first payment has its outcome, a form leads to the page that says so.
      await this.answered(() => submits(`${url}/cancel`), isPlace);
      await this.answered(
        () => paysWith(url, 'pm_card_visa', 2),
        (answer) => isPlace(answer) && (answer.headers.get('location') ?? '').endsWith('/receipt'),
      );
      this.sessions.push(id);
    }
  }

  private async answered<Body>(
    ask: () => Promise<Answer<Body>>,
    isDone: (answer: Answer<Body>) => boolean,
  ): Promise<Answer<Body>> {
    for (;;) {
      const answer = await ask().catch(() => null);
      if (answer && isDone(answer)) return answer;
      await delay(AGAIN_MS);
    }
  }
}

describe(`A gateway that is killed ${ROUNDS} times while customers pay on its page`, () => {
  it('takes the money of each once, completes each session once, and tells of it once', async () => {
    const merchant = await Merchant.joins(gateway);
    const customers = new Customers(merchant);
    const next = moments(7);
    for (let round = 0; round < ROUNDS; round++) {
      await delay(150 + 450 * next());
      await gateway.kill9();
      await gateway.restart();
    }
    await customers.stop();
    expect(customers.sessions.length).toBeGreaterThan(ROUNDS);

    const database = await gateway.database();
    await eventually(
      'nothing to be left to do',
      () => database.collection('checkout_sessions').countDocuments({ repairAt: { $exists: true } }),
      (count) => count === 0,
      30_000,
    );
    const payments = database.collection<{ checkoutSessionId?: string; status: string }>('payments');
    const events = await allEvents(merchant);
    for (const id of customers.sessions) {
      const made = await payments.find({ checkoutSessionId: id }).sort({ _id: 1 }).toArray();
      expect({ id, made: made.map(({ status }) => status) }).toEqual({ id, made: ['failed', 'completed'] });
      const told = events.filter(({ type, data }) => type.startsWith('checkout.') && data.id === id);
      const count = (type: string): number => told.filter((event) => event.type === type).length;
      expect({ id, completed: count('checkout.session.completed') }).toEqual({ id, completed: 1 });
      expect({ id, expired: count('checkout.session.expired') }).toEqual({ id, expired: 0 });
      expect(count('checkout.session.abandoned')).toBe(1);
    }
  }, 600_000);
});
