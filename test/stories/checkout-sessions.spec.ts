import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CANCEL_URL,
  type CheckoutBody,
  checkoutEvents,
  expires,
  filledIn,
  getsCheckout,
  locationOf,
  newCheckout,
  opensCheckout,
  paymentsOf,
  paysWith,
  submits,
  SUCCESS_URL,
  triesToOpenCheckout,
  typedCard,
} from '../support/checkout.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, expectInvalid, send } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { checksumOf } from '../../src/sandboxes/portable.js';
import { DAY, HOUR, later, Sandbox, SECOND, STANDING, START } from '../support/sandbox.js';
import type { Page } from '../support/webhook-endpoints.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' });
});
afterAll(() => gateway.stop());

interface Exported {
  readonly checksum: string;
  readonly collections: Record<string, Record<string, unknown>[]>;
}

/** A sandbox whose payments take an hour. */
const SLOW = { ...STANDING, settings: { processingDelayMs: HOUR, settlementDelayDays: 0 } };

describe('Creating a checkout session', () => {
  it('answers with the session, open, and the secret address of its page', async () => {
    const merchant = await Merchant.joins(gateway);
    const lineItems = [
      { name: 'Mug', amount: 8, quantity: 2 },
      { name: 'Shipping', amount: 4, quantity: 1 },
    ];
    const sent = {
      lineItems,
      customerName: 'Ada',
      orderReference: 'order-7',
      metadata: { cart: '42' },
      capture: 'manual',
      expiresInSeconds: 3_600,
    };
    const session = await opensCheckout(merchant, sent);
    const { expiresInSeconds, ...shown } = sent;
    expect(session).toEqual({
      ...shown,
      id: expect.stringMatching(/^cs_[0-9a-f]{24}$/),
      url: expect.stringMatching(new RegExp(`^${gateway.url}/checkout/${session.id.slice(3)}[0-9a-f]{32}$`)),
      status: 'open',
      paymentId: null,
      paymentStatus: null,
      amount: 20,
      currency: 'USD',
      successUrl: SUCCESS_URL,
      cancelUrl: CANCEL_URL,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
      completedAt: null,
      expiredAt: null,
    });
    expect(Date.parse(session.expiresAt) - Date.parse(session.createdAt)).toBe(expiresInSeconds * 1000);
    expect(await getsCheckout(merchant, session.id)).toEqual(session);
    const plain = await opensCheckout(merchant);
    expect(plain).toMatchObject({ lineItems: [], customerName: null, orderReference: null, metadata: {} });
    expect(Date.parse(plain.expiresAt) - Date.parse(plain.createdAt)).toBe(DAY);
  });

  it('has its page at PUBLIC_URL, where that is set', async () => {
    const published = await startGateway({ PUBLIC_URL: 'https://pay.example' });
    try {
      const { url } = await opensCheckout(await Merchant.joins(published));
      expect(url).toMatch(/^https:\/\/pay\.example\/checkout\//);
      const answer = await paysWith(
        url.replace('https://pay.example', published.url),
        'pm_card_authenticationRequired',
      );
      expect(answer.headers.get('location')).toMatch(/^https:\/\/pay\.example\/3ds\//);
    } finally {
      await published.stop();
    }
  });

  it.each<[Record<string, unknown>, (string | number)[], string]>([
    [{ amount: undefined }, ['amount'], 'missing'],
    [{ amount: 20.001 }, ['amount'], 'decimal_max_places'],
    [{ currency: 'XXX' }, ['currency'], 'enum'],
    [{ successUrl: 'javascript:alert(1)' }, ['successUrl'], 'url_parsing'],
    [{ cancelUrl: 'shop.example/{CHECKOUT_SESSION_ID}' }, ['cancelUrl'], 'url_parsing'],
    [{ expiresInSeconds: 59 }, ['expiresInSeconds'], 'greater_than_equal'],
    [{ expiresInSeconds: 604_801 }, ['expiresInSeconds'], 'less_than_equal'],
    [{ lineItems: [] }, ['lineItems'], 'list_length'],
    [{ lineItems: { name: 'Mug' } }, ['lineItems'], 'list_type'],
    [{ lineItems: [{ name: 'Mug', amount: 8, quantity: 2 }] }, ['lineItems'], 'line_items_sum'],
    [{ lineItems: [{ name: 'Mug', amount: 20 }] }, ['lineItems', 0, 'quantity'], 'missing'],
    [{ customerName: ' ' }, ['customerName'], 'string_too_short'],
    [{ metadata: { 'a.b': 'c' } }, ['metadata'], 'metadata_type'],
    [{ capture: 'later' }, ['capture'], 'enum'],
    [{ webhookUrl: 'http://127.0.0.1/' }, ['webhookUrl'], 'extra_forbidden'],
  ])('refuses %j', async (fields, loc, type) => {
    expectInvalid(await triesToOpenCheckout(await Merchant.joins(gateway), fields), { loc: ['body', ...loc], type });
  });

  it('refuses texts of which no webhook could tell', async () => {
    const merchant = await Merchant.joins(gateway);
    const metadata = Object.fromEntries(Array.from({ length: 36 }, (_, n) => [`key-${n}`, 'x'.repeat(470)]));
    expectInvalid(await triesToOpenCheckout(merchant, { metadata }), { loc: ['body'], type: 'event_too_large' });
    // All that is accepted can be paid, whatever the customer is called.
    for (const key of ['key-31', 'key-32', 'key-33', 'key-34', 'key-35']) Reflect.deleteProperty(metadata, key);
    const { url } = await opensCheckout(merchant, { metadata });
    expect(locationOf(await submits(url, typedCard({ customerName: '\u0001'.repeat(199) + 'x' })))).toBe(
      `${url}/receipt`,
    );
  });

  it('with an Idempotency-Key again answers with the same session', async () => {
    const merchant = await Merchant.joins(gateway);
    const headers = { 'idempotency-key': 'order-7' };
    const [one, other] = [
      await triesToOpenCheckout(merchant, {}, { headers }),
      await triesToOpenCheckout(merchant, {}, { headers }),
    ];
    expect(bodyOf(other, 201)).toEqual(bodyOf(one, 201));
  });
});

describe('Checkout sessions', () => {
  it('are listed newest first, by page, and by status, payment and order', async () => {
    const merchant = await Merchant.joins(gateway);
    const [first, second, third] = [
      await opensCheckout(merchant, { orderReference: 'one' }),
      await opensCheckout(merchant, { orderReference: 'two' }),
      await opensCheckout(merchant, { orderReference: 'two' }),
    ];
    await paysWith(first.url, 'pm_card_visa');
    bodyOf(await expires(merchant, second.id), 200);
    const { paymentId } = await getsCheckout(merchant, first.id);
    const ids = async (search: string): Promise<string[]> =>
      bodyOf(await merchant.asks<Page<CheckoutBody>>('GET', `/checkout/sessions?${search}`), 200).data.map(
        ({ id }) => id,
      );
    expect(await ids('')).toEqual([third.id, second.id, first.id]);
    expect(await ids('limit=1')).toEqual([third.id]);
    expect(await ids(`limit=1&startingAfter=${third.id}`)).toEqual([second.id]);
    expect(await ids('status=completed')).toEqual([first.id]);
    expect(await ids('status=expired')).toEqual([second.id]);
    expect(await ids('status=open')).toEqual([third.id]);
    expect(await ids('orderReference=two')).toEqual([third.id, second.id]);
    expect(await ids(`paymentId=${paymentId ?? ''}`)).toEqual([first.id]);
    expect(await ids('paymentId=txn_000000000000000000000000')).toEqual([]);
    const { body } = await merchant.asks<Page<CheckoutBody>>('GET', '/checkout/sessions?status=completed');
    expect(body.data).toEqual([await getsCheckout(merchant, first.id)]);
    expectInvalid(await merchant.asks('GET', '/checkout/sessions?status=paid'), {
      loc: ['query', 'status'],
      type: 'enum',
    });
  });

  it('of others are not there', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await opensCheckout(merchant);
    const detail = `Checkout session '${id}' not found for this user.`;
    expectError(await other.asks('GET', `/checkout/sessions/${id}`), 404, detail);
    expectError(await expires(other, id), 404, detail);
    expect((await other.asks<Page<unknown>>('GET', '/checkout/sessions')).body.data).toEqual([]);
  });
});

describe('Expiring a session', () => {
  it('ends it once: nobody can pay any more, and the page says so', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    const headers = { 'idempotency-key': 'expire' };
    const first = bodyOf(await expires(merchant, id, { headers }), 200);
    expect(bodyOf(await expires(merchant, id, { headers }), 200)).toEqual(first);
    const refusal = `Checkout session '${id}' is expired; only an open session can be expired.`;
    expectError(await expires(merchant, id), 409, refusal);
    for (const answer of [await send('GET', url), await paysWith(url, 'pm_card_visa')]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([410, 'text/html; charset=utf-8']);
      expect(answer.text).toContain('This checkout has expired');
      expect(answer.text).toContain(`href="${filledIn(CANCEL_URL, id)}"`);
    }
    expect(locationOf(await submits(`${url}/cancel`))).toBe(filledIn(CANCEL_URL, id));
    expect(await paymentsOf(merchant)).toEqual([]);
    expect(await checkoutEvents(merchant, 1)).toHaveLength(1);
  });

  it('is refused when it is completed', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    await submits(`${url}/bank`, { attempt: '1', result: 'pending' });
    expectError(
      await expires(merchant, id),
      409,
      `Checkout session '${id}' is completed; only an open session can be expired.`,
    );
  });

  it('cancels the payment of a customer who is at the bank', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    const challenge = locationOf(await paysWith(url, 'pm_card_authenticationRequired'));
    expect(bodyOf(await expires(merchant, id), 200)).toMatchObject({ status: 'expired', paymentStatus: 'canceled' });
    expect(locationOf(await submits(challenge, { result: 'succeeded' }))).toBe(url);
    expect((await send('GET', url)).status).toBe(410);
    const { data } = (await checkoutEvents(merchant, 1))[0] ?? {};
    expect(data).toMatchObject({ status: 'expired', paymentStatus: 'canceled' });
  });
});

describe('By a virtual clock', () => {
  it('a session expires when its time is up, and not before', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id, url, expiresAt } = await opensCheckout(sandbox, { expiresInSeconds: 3_600 });
    expect(expiresAt).toBe(later(HOUR));
    expect((await sandbox.clock()).nextDueAt).toBe(later(HOUR));
    await sandbox.advance({ to: later(HOUR - SECOND) });
    expect((await getsCheckout(sandbox, id)).status).toBe('open');
    const { ran } = await sandbox.advance({ by: '1h' });
    expect(ran).toEqual([{ at: later(HOUR), type: 'checkout.expiry', id }]);
    expect(await getsCheckout(sandbox, id)).toMatchObject({ status: 'expired', expiredAt: later(HOUR) });
    expect((await sandbox.events()).map(({ type, createdAt }) => [type, createdAt])).toEqual([
      ['checkout.session.expired', later(HOUR)],
    ]);
    expect((await paysWith(url, 'pm_card_visa')).status).toBe(410);
  });

  it('a payment that has begun may still succeed after that time', async () => {
    const sandbox = await Sandbox.create(gateway, SLOW);
    const { id, url } = await opensCheckout(sandbox, { expiresInSeconds: 60 });
    expect(locationOf(await paysWith(url, 'pm_card_visa'))).toBe(url);
    const processing = await send('GET', url);
    expect(processing.text).toContain('Your payment is being processed');
    expect(processing.text).toContain('<meta http-equiv="refresh" content="3">');
    await sandbox.advance({ by: '30m' });
    expect(await getsCheckout(sandbox, id)).toMatchObject({ status: 'open', paymentStatus: 'pending' });
    await sandbox.advance({ by: '30m' });
    expect(await getsCheckout(sandbox, id)).toMatchObject({ status: 'completed', completedAt: later(HOUR) });
    expect(locationOf(await send('GET', url))).toBe(`${url}/receipt`);
    expect((await sandbox.clock()).nextDueAt).toBeNull();
  });

  it('a session whose payment fails after that time expires then', async () => {
    const sandbox = await Sandbox.create(gateway, SLOW);
    const { id, url } = await opensCheckout(sandbox, { expiresInSeconds: 60 });
    await paysWith(url, 'pm_card_chargeDeclined');
    await sandbox.advance({ by: '2h' });
    expect(await getsCheckout(sandbox, id)).toMatchObject({ status: 'expired', expiredAt: later(HOUR) });
    expect((await sandbox.events()).map(({ type }) => type)).toEqual([
      'checkout.session.expired',
      'payment.failed',
      'payment.created',
    ]);
  });

  it('a customer who never authenticates can try again until the session expires', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id, url } = await opensCheckout(sandbox);
    await paysWith(url, 'pm_card_authenticationRequired');
    await sandbox.advance({ by: '1h' });
    expect((await send('GET', url)).text).toContain('The customer did not authenticate in time. Try again.');
    await sandbox.advance({ by: '1d' });
    expect(await getsCheckout(sandbox, id)).toMatchObject({ status: 'expired', expiredAt: later(DAY) });
  });

  it('the same customers leave the same ids and events', async () => {
    const run = async (): Promise<unknown[]> => {
      const sandbox = await Sandbox.create(gateway, { ...STANDING, seed: 'the same' });
      const { id, url } = await opensCheckout(sandbox);
      await paysWith(url, 'pm_card_chargeDeclined');
      await submits(`${url}/cancel`);
      const challenge = locationOf(await paysWith(url, 'pm_card_authenticationRequired', 2));
      await submits(challenge, { result: 'succeeded' });
      const other = await opensCheckout(sandbox);
      await sandbox.advance({ by: '2d' });
      return [
        id,
        other.id,
        (await sandbox.events()).map((event) => [event.id, event.type, event.createdAt, event.requestId]),
      ];
    };
    const [one, again] = [await run(), await run()];
    expect(again).toEqual(one);
  });
});

describe('By the real time', () => {
  it('a session expires by itself', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await opensCheckout(merchant);
    const sessions = (await gateway.database()).collection<{ _id: string }>('checkout_sessions');
    const past = new Date(Date.now() - 1);
    await sessions.updateOne({ _id: id }, { $set: { expiresAt: past, dueAt: past } });
    const [event] = await checkoutEvents(merchant, 1);
    expect(event).toMatchObject({ type: 'checkout.session.expired', data: { id, status: 'expired' } });
  });
});

describe('What a crash left behind', () => {
  it('is finished by the next look at the page, or by due work: the payment is made, once', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    await paysWith(url, 'pm_card_chargeDeclined');
    const sessions = (await gateway.database()).collection<{ _id: string }>('checkout_sessions');
    // As the first write of an attempt leaves it.
    const interrupted = (n: number) => ({
      'attempt.number': n,
      'attempt.state': 'making',
      'attempt.testToken': 'pm_card_visa',
      'attempt.paymentId': `txn_${Date.now().toString(16).padStart(12, '0')}${'0'.repeat(11)}${n}`,
      'attempt.eventId': `evt_${Date.now().toString(16).padStart(12, '0')}${'0'.repeat(11)}${n}`,
      'attempt.failure': null,
    });
    await sessions.updateOne({ _id: id }, { $set: { ...interrupted(2), repairAt: new Date(Date.now() + HOUR) } });
    const looks = await Promise.all(Array.from({ length: 10 }, () => send('GET', url)));
    for (const { status } of looks) expect([200, 303]).toContain(status);
    await checkoutEvents(merchant, 1);
    const { id: otherId } = await opensCheckout(merchant);
    const attempt = {
      number: 1,
      state: 'making',
      method: 'wallet',
      customerName: 'Ada',
      testToken: null,
      simulate: 'approved',
      requestBase: gateway.url,
      requestId: 'req_1',
      paymentId: interrupted(3)['attempt.paymentId'],
      eventId: interrupted(3)['attempt.eventId'],
      paymentStatus: null,
      failure: null,
    };
    await sessions.updateOne({ _id: otherId }, { $set: { attempt, repairAt: new Date() } });
    await checkoutEvents(merchant, 2);
    expect((await paymentsOf(merchant)).map(({ status }) => status)).toEqual(['failed', 'completed', 'completed']);
    expect(await checkoutEvents(merchant, 2)).toHaveLength(2);
    const left = await eventually(
      'nothing to be left',
      () => sessions.countDocuments({ repairAt: { $exists: true } }),
      (count) => count === 0,
    );
    expect(left).toBe(0);
  });

  it('is told: events that were not published are published by due work', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    await submits(`${url}/cancel`);
    const database = await gateway.database();
    const [event] = await checkoutEvents(merchant, 1);
    await database.collection<{ _id: string }>('events').deleteOne({ _id: event?.id ?? '' });
    await database
      .collection<{ _id: string }>('checkout_sessions')
      .updateOne({ _id: id }, { $set: { repairAt: new Date() } });
    expect(await checkoutEvents(merchant, 1)).toEqual([event]);
  });
});

describe('Snapshots of a sandbox', () => {
  it('have its sessions: restored and exported ones can be paid, at an address of their own', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id, url } = await opensCheckout(sandbox);
    const challenge = locationOf(await paysWith(url, 'pm_card_authenticationRequired'));
    const { id: snapshotId } = await sandbox.snapshot();
    await submits(challenge, { result: 'succeeded' });
    expect((await getsCheckout(sandbox, id)).status).toBe('completed');

    await sandbox.does('POST', '/sandboxes/current/restore', { snapshot: snapshotId });
    const restored = await getsCheckout(sandbox, id);
    expect(restored).toMatchObject({ status: 'open', paymentStatus: 'requires_action' });
    expect(restored.url).not.toBe(url);
    expect((await send('GET', url)).status).toBe(404);
    expect((await send('GET', restored.url)).text).toContain('Confirm with your bank');

    const snapshot = await sandbox.does('GET', `/snapshots/${snapshotId}/export`);
    const copy = await Sandbox.create(gateway, { snapshot });
    const copied = await getsCheckout(copy, id);
    const [payment] = (await copy.does<{ data: { nextAction: { url: string } }[] }>('GET', '/payments')).data;
    expect(locationOf(await submits(payment?.nextAction.url ?? '', { result: 'failed' }))).toBe(copied.url);
    expect(locationOf(await paysWith(copied.url, 'pm_card_visa', 2))).toBe(`${copied.url}/receipt`);
    expect((await getsCheckout(copy, id)).status).toBe('completed');
    expect((await getsCheckout(sandbox, id)).status).toBe('open');
    await copy.advance({ by: '2d' });
    await sandbox.advance({ by: '2d' });
    expect((await getsCheckout(sandbox, id)).status).toBe('expired');
  });

  it('that a client changed are refused where they are wrong', async () => {
    const sandbox = await Sandbox.create(gateway);
    await opensCheckout(sandbox);
    const { id } = await sandbox.snapshot();
    const exported = await sandbox.does<Exported>('GET', `/snapshots/${id}/export`);
    for (const change of [
      { url: 'javascript:alert(1)' },
      { successUrl: '/done' },
      { amount: -5 },
      { status: 'paid' },
    ]) {
      const { checksum, ...content } = structuredClone(exported);
      expect(checksum).toBe(checksumOf(content));
      Object.assign(content.collections.checkout_sessions?.[0] ?? {}, change);
      const answer = await Sandbox.triesToCreate(gateway, { snapshot: { ...content, checksum: checksumOf(content) } });
      expectInvalid(answer, {
        loc: ['body', 'snapshot', 'collections', 'checkout_sessions', 0],
        type: 'snapshot_content',
      });
    }
  });

  it('are left by a reset: the page is gone', async () => {
    const sandbox = await Sandbox.create(gateway);
    const { id, url } = await opensCheckout(sandbox);
    await sandbox.does('POST', '/sandboxes/current/reset');
    expect((await send('GET', url)).status).toBe(404);
    expect((await paysWith(url, 'pm_card_visa')).status).toBe(404);
    expect((await sandbox.asks('GET', `/checkout/sessions/${id}`)).status).toBe(404);
    expect((await sandbox.clock()).now).toBe(START);
  });
});

it('A body without a session is refused field by field', async () => {
  const merchant = await Merchant.joins(gateway);
  const answer = await merchant.asks('POST', '/checkout/sessions', { json: {} });
  expectInvalid(
    answer,
    ...['amount', 'currency', 'successUrl', 'cancelUrl'].map((field) => ({ loc: ['body', field], type: 'missing' })),
  );
  expect(Object.keys(newCheckout()).sort()).toEqual(['amount', 'cancelUrl', 'currency', 'successUrl']);
});
