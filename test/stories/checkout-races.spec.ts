import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  checkoutEvents,
  type CheckoutBody,
  expires,
  getsCheckout,
  locationOf,
  opensCheckout,
  paymentsOf,
  paysWith,
  submits,
} from '../support/checkout.js';
import { type SharedDatabase, startSharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, send } from '../support/http.js';
import { Merchant } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';

let database: SharedDatabase;
let gateways: [Gateway, Gateway];
beforeAll(async () => {
  database = await startSharedDatabase();
  const settings = { MONGODB_URI: database.uri, PAYMENT_PROCESSING_DELAY_MS: '5', RATE_LIMIT: 'off' };
  gateways = await Promise.all([startGateway(settings), startGateway(settings)]);
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await database.stop();
});

/** The address of a page at one of the two gateways. */
const at = (n: number, url: string): string => url.replace(gateways[0].url, gateways[n % 2]?.url ?? '');
const times = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

const isOver = ({ status }: CheckoutBody): boolean => status !== 'open';

describe('Of 50 who press pay at the same time, at two gateways', () => {
  it.each([
    ['one card', () => ['pm_card_visa']],
    ['different cards', () => ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex']],
  ])('with %s one payment is made, and all see the same receipt', async (_with, cards) => {
    const merchant = await Merchant.joins(gateways[0]);
    const { id, url } = await opensCheckout(merchant);
    const tokens = cards();
    const answers = await times(50, (n) => paysWith(at(n, url), tokens[n % tokens.length] ?? ''));
    for (const answer of answers) expect(new URL(locationOf(answer)).pathname).toBe(`${new URL(url).pathname}/receipt`);
    const payments = await paymentsOf(merchant);
    expect(payments.map(({ status }) => status)).toEqual(['completed']);
    expect(await getsCheckout(merchant, id)).toMatchObject({ status: 'completed', paymentId: payments[0]?.id });
    expect((await checkoutEvents(merchant, 1)).map(({ type }) => type)).toEqual(['checkout.session.completed']);
  });

  it('with a declined card one payment is made, and all see the form for the next attempt', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const { url } = await opensCheckout(merchant);
    const answers = await times(50, (n) => paysWith(at(n, url), 'pm_card_chargeDeclined'));
    for (const answer of answers) expect(new URL(locationOf(answer)).pathname).toBe(new URL(url).pathname);
    expect((await paymentsOf(merchant)).map(({ status }) => status)).toEqual(['failed']);
    expect((await send('GET', url)).text).toContain('name="attempt" value="2"');
  });

  it('with card, wallet and bank one payment is made', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const { url } = await opensCheckout(merchant);
    const wallet = { attempt: '1', result: 'pay' };
    await times(50, (n) => {
      const ways = [
        () => paysWith(at(n, url), 'pm_card_visa'),
        () => submits(`${at(n, url)}/wallet`, wallet),
        () => submits(`${at(n, url)}/bank`, { ...wallet, result: 'pending' }),
      ];
      return (ways[n % 3] ?? ways[0])?.() ?? Promise.reject(new Error('No way'));
    });
    expect(await paymentsOf(merchant)).toHaveLength(1);
    expect(await checkoutEvents(merchant, 1)).toHaveLength(1);
  });

  it('in a sandbox one payment is made too', async () => {
    const sandbox = await Sandbox.create(gateways[0]);
    const { url } = await opensCheckout(sandbox);
    const answers = await times(50, (n) => paysWith(at(n, url), 'pm_card_visa'));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(await paymentsOf(sandbox)).toHaveLength(1);
    expect((await sandbox.events()).map(({ type }) => type).sort()).toEqual([
      'checkout.session.completed',
      'payment.completed',
      'payment.created',
    ]);
  });
});

describe('Of 20 who leave at the same time', () => {
  it('all go to the shop, and the merchant is told once', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const { url } = await opensCheckout(merchant);
    await times(20, (n) => submits(`${at(n, url)}/cancel`));
    // An event that comes after all that could come before it.
    await paysWith(url, 'pm_card_visa');
    expect((await checkoutEvents(merchant, 2)).map(({ type }) => type)).toEqual([
      'checkout.session.abandoned',
      'checkout.session.completed',
    ]);
  });
});

it('Who pays at the moment when another window of the same customer leaves, pays', async () => {
  const merchant = await Merchant.joins(gateways[0]);
  for (let round = 0; round < 10; round++) {
    const { id, url } = await opensCheckout(merchant);
    await Promise.all([submits(`${at(1, url)}/cancel`), times(4, (n) => paysWith(at(n, url), 'pm_card_visa'))]);
    expect(await getsCheckout(merchant, id)).toMatchObject({ status: 'completed' });
  }
  expect(await paymentsOf(merchant)).toHaveLength(10);
});

describe('A session that is expired while the customer pays', () => {
  /** What merchant, customer and books say of a session must agree, whoever won. */
  async function expectOneTruth(merchant: Merchant, id: string, expiries: readonly Answer[]): Promise<string> {
    const session = await eventually('the session to be over', () => getsCheckout(merchant, id), isOver);
    const payments = (await paymentsOf(merchant)).filter((payment) => payment.checkoutSessionId === id);
    const paid = payments.filter(({ status }) => status === 'completed');
    const isPaid = session.status === 'completed';
    expect({ paid: paid.length, expired: expiries.filter(({ status }) => status === 200).length }).toEqual({
      paid: Number(isPaid),
      expired: Number(!isPaid),
    });
    expect(payments.every(({ status }) => ['completed', 'canceled'].includes(status))).toBe(true);
    return session.status;
  }

  it('is completed or expired, never both: pay and expire at once', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const ends = await times(24, async (n) => {
      const { id, url } = await opensCheckout(merchant);
      const [, ...expiries] = await Promise.all([
        paysWith(at(n, url), 'pm_card_visa'),
        expires(merchant, id),
        expires(merchant, id),
      ]);
      return expectOneTruth(merchant, id, expiries);
    });
    const events = await checkoutEvents(merchant, ends.length);
    expect(events.map(({ data }) => data.status).sort()).toEqual([...ends].sort());
    expect(new Set(events.map(({ data }) => data.id)).size).toBe(ends.length);
  });

  it('is completed or expired, never both: authenticate and expire at once', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const ends = await times(24, async (n) => {
      const { id, url } = await opensCheckout(merchant);
      const challenge = locationOf(await paysWith(url, 'pm_card_authenticationRequired'));
      const [, ...expiries] = await Promise.all([
        submits(at(n, challenge), { result: 'succeeded' }),
        expires(merchant, id),
      ]);
      return expectOneTruth(merchant, id, expiries);
    });
    expect((await checkoutEvents(merchant, ends.length)).map(({ data }) => data.status).sort()).toEqual(
      [...ends].sort(),
    );
  });

  it('by its own time is completed or expired, never both', async () => {
    const merchant = await Merchant.joins(gateways[0]);
    const sessions = (await gateways[0].database()).collection<{ _id: string }>('checkout_sessions');
    const ends = await times(24, async (n) => {
      const { id, url } = await opensCheckout(merchant);
      const challenge = locationOf(await paysWith(url, 'pm_card_authenticationRequired'));
      const soon = new Date(Date.now() + 400 + n * 10);
      await sessions.updateOne({ _id: id }, { $set: { expiresAt: soon, dueAt: soon } });
      await eventually(
        'the moment',
        () => Date.now(),
        (now) => now >= soon.getTime() - 5,
      );
      await submits(at(n, challenge), { result: n % 2 ? 'succeeded' : 'failed' });
      const { status } = await eventually('the session to be over', () => getsCheckout(merchant, id), isOver);
      return status;
    });
    expect(ends.map((status, n) => (n % 2 ? status === 'completed' : status === 'expired'))).toEqual(
      ends.map(() => true),
    );
    expect(await checkoutEvents(merchant, ends.length)).toHaveLength(ends.length);
  });
});
