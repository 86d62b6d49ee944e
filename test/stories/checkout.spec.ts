import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CANCEL_URL,
  checkoutEvents,
  expires,
  filledIn,
  getsCheckout,
  locationOf,
  opensCheckout,
  paymentsOf,
  paysWith,
  submits,
  SUCCESS_URL,
  typedCard,
} from '../support/checkout.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError, send } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { createEndpoint, ownPath, standard } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' });
});
afterAll(() => gateway.stop());

const HTML = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('The page of a checkout session', () => {
  it('is HTML that nobody keeps, with merchant, items and total, and works without JavaScript', async () => {
    const lineItems = [
      { name: 'Mug & saucer', amount: 8, quantity: 2 },
      { name: 'Shipping', amount: 4, quantity: 1 },
    ];
    const { url } = await opensCheckout(await Merchant.joins(gateway), { lineItems, customerName: 'Ada' });
    const { status, headers, text } = await send('GET', url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    for (const part of ['Acme Corporation', 'Mug &amp; saucer', '16.00 USD', '2 × 8.00 USD', 'Pay 20.00 USD', 'Ada'])
      expect(text).toContain(part);
  });

  it('is not there for a wrong secret, another session, or a deleted account; browsers get that as a page', async () => {
    const merchant = await Merchant.joins(gateway);
    const [one, other] = await Promise.all([opensCheckout(merchant), opensCheckout(merchant)]);
    const digits = one.id.slice('cs_'.length);
    const wrong = [
      one.url.slice(0, -1),
      `${one.url}0`,
      `${one.url}-world`,
      one.url.replace(/.{32}$/, '0'.repeat(32)),
      one.url.replace(digits, other.id.slice('cs_'.length)),
      `${gateway.url}/checkout/${one.id}`,
      `${gateway.url}/checkout/${encodeURIComponent('€'.repeat(56))}`,
    ];
    for (const url of wrong) {
      for (const answer of [await send('GET', url), await send('GET', `${url}/receipt`)])
        expectError(answer, 404, 'Not Found');
      const page = await send('GET', url, HTML);
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(page.text).toContain('This page does not exist');
      expect((await paysWith(url, 'pm_card_visa')).status).toBe(404);
    }
    const admin = await Merchant.systemAdmin(gateway);
    bodyOf(await admin.deletes('users', merchant.userId), 200);
    expect((await send('GET', one.url)).status).toBe(404);
    expect((await paysWith(one.url, 'pm_card_visa')).status).toBe(404);
  });

  it('writes its secret and what was typed to no log', async () => {
    const merchant = await Merchant.joins(gateway);
    const { url } = await opensCheckout(merchant);
    const answer = await submits(url, typedCard({ number: '4111111111111111', cvc: '98765' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('This is no test card');
    expect(answer.text).not.toMatch(/4111111111111111|98765/);
    await gateway.request('GET', '/status', { headers: { 'x-request-id': 'after-the-checkout' } });
    await eventually(
      'the log line',
      () => gateway.log,
      (lines) => lines.some(({ requestId }) => requestId === 'after-the-checkout'),
    );
    for (const secret of [new URL(url).pathname.split('/').at(-1) ?? '', '4111111111111111', '98765'])
      expect(gateway.output).not.toContain(secret);
    const logs = await merchant.asks('GET', '/request-logs?limit=100');
    expect(logs.text).not.toMatch(/4111111111111111|98765/);
  });

  it('refuses what no browser sends of it, and takes no more than its fields', async () => {
    const { url } = await opensCheckout(await Merchant.joins(gateway));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const statuses = await Promise.all(
      [
        { headers: form, raw: 'attempt=1&__proto__=x&testCard=pm_card_visa' },
        { headers: form, raw: 'attempt=1&toForm=x&testCard=pm_card_visa' },
        { headers: form, raw: 'attempt=x&testCard=pm_card_visa' },
        { headers: form, raw: 'testCard=pm_card_visa' },
        { headers: form, raw: '' },
        { headers: form, raw: `attempt=1&customerName=${'x'.repeat(2_000)}` },
        { headers: form, raw: `attempt=1&customerName=${'x'.repeat(200_000)}` },
        { headers: { 'content-type': 'text/plain' }, raw: 'attempt=1&testCard=pm_card_visa' },
      ].map(async (sent) => (await send('POST', url, sent)).status),
    );
    expect(statuses).toEqual([422, 422, 422, 422, 422, 422, 413, 415]);
    expect((await send('GET', url)).text).toContain('name="attempt" value="1"');
  });
});

describe('A customer who pays', () => {
  it('with a typed test card is led to the receipt, and the merchant has an ordinary payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant, { orderReference: 'order-7', metadata: { cart: '42' } });
    const receipt = locationOf(await submits(url, typedCard()));
    expect(receipt).toBe(`${url}/receipt`);
    const { text } = await send('GET', receipt);
    const [payment] = await paymentsOf(merchant);
    expect(payment).toMatchObject({
      status: 'completed',
      customerName: 'Jenny Rosen',
      amountCaptured: 20,
      checkoutSessionId: id,
      orderReference: 'order-7',
      metadata: { cart: '42' },
      paymentMethod: { id: 'pm_card_visa' },
    });
    for (const part of ['Payment received', 'Visa •••• 4242', 'order-7', payment?.id ?? '?', filledIn(SUCCESS_URL, id)])
      expect(text).toContain(part);
    expect(await getsCheckout(merchant, id)).toMatchObject({
      status: 'completed',
      paymentId: payment?.id,
      paymentStatus: 'completed',
      completedAt: expect.any(String),
      expiredAt: null,
    });
  });

  it('and comes back is led to the receipt, and pays no second time', async () => {
    const merchant = await Merchant.joins(gateway);
    const { url } = await opensCheckout(merchant);
    await paysWith(url, 'pm_card_visa');
    for (const answer of [
      await send('GET', url),
      await paysWith(url, 'pm_card_visa'),
      await paysWith(url, 'pm_card_visa', 2),
      await submits(`${url}/wallet`, { attempt: '2', result: 'pay' }),
      await submits(`${url}/cancel`),
      await submits(`${url}/change`),
      await send('GET', `${url}/bank`),
    ])
      expect(locationOf(answer)).toMatch(new RegExp(`^${url}(/receipt)?$`));
    expect(await paymentsOf(merchant)).toHaveLength(1);
    expect(await checkoutEvents(merchant, 1)).toHaveLength(1);
  });

  it('and is declined sees why, keeps the name, and can use another card: each attempt is a payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    expect(locationOf(await paysWith(url, 'pm_card_chargeDeclinedInsufficientFunds'))).toBe(url);
    const { text } = await send('GET', url);
    expect(text).toContain('The card has insufficient funds. Use another card.');
    expect(text).toContain('value="Jenny Rosen"');
    expect(text).toContain('name="attempt" value="2"');
    expect(await getsCheckout(merchant, id)).toMatchObject({ status: 'open', paymentStatus: 'failed' });
    expect(locationOf(await paysWith(url, 'pm_card_mastercard', 2))).toBe(`${url}/receipt`);
    const payments = await paymentsOf(merchant);
    expect(payments.map(({ status, checkoutSessionId }) => [status, checkoutSessionId])).toEqual([
      ['failed', id],
      ['completed', id],
    ]);
    expect((await getsCheckout(merchant, id)).paymentId).toBe(payments[1]?.id);
  });

  it('in a session with manual capture reserves the amount', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant, { capture: 'manual' });
    const { text } = await send('GET', locationOf(await paysWith(url, 'pm_card_visa')));
    expect(text).toContain('Payment confirmed');
    const { status, paymentId, paymentStatus } = await getsCheckout(merchant, id);
    expect([status, paymentStatus]).toEqual(['completed', 'authorized']);
    bodyOf(await merchant.asks('POST', `/payments/${paymentId ?? ''}/capture`), 200);
    expect((await getsCheckout(merchant, id)).paymentStatus).toBe('completed');
  });

  it.each([
    [{ number: '' }, 'Enter the card number'],
    [{ number: '4000 0000 0000 0001' }, 'The card number is wrong'],
    [{ expiry: '13/44' }, 'The month of expiry is not one of 1 to 12'],
    [{ cvc: '12' }, 'The security code should have 3 digits'],
    [{ customerName: '' }, 'Enter the name of the customer'],
    [{ customerName: '4242 4242 4242 4242' }, 'A card number does not belong here'],
  ])('and fills in %j sees at the field what is wrong, and nothing was charged', async (typed, message) => {
    const merchant = await Merchant.joins(gateway);
    const { url } = await opensCheckout(merchant);
    const answer = await submits(url, typedCard(typed));
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([422, 'no-store']);
    expect(answer.text).toContain(`-error">${message}`);
    expect(answer.text).not.toMatch(/value="4[^"]*"/);
    expect(await paymentsOf(merchant)).toEqual([]);
  });

  it('is in the timeline of the payment', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    await submits(`${url}/wallet`, { attempt: '1', result: 'pay' });
    const { paymentId } = await getsCheckout(merchant, id);
    const { text } = await merchant.asks('GET', `/payments/${paymentId ?? ''}/timeline`);
    expect(text).toContain(`Created as pending, by the customer on the page of checkout session ${id}`);
    expect(text).toContain('Outcome: approved, chosen on the checkout page');
  });
});

describe('The pages in place of a wallet and a bank', () => {
  it.each([
    ['wallet', 'pay', 'completed', 'completed'],
    ['bank', 'pay', 'completed', 'completed'],
    ['wallet', 'fail', 'open', 'failed'],
    ['bank', 'fail', 'open', 'failed'],
    ['wallet', 'pending', 'completed', 'pending'],
    ['bank', 'pending', 'completed', 'pending'],
  ])('%s, %s: the session is %s, its payment %s', async (method, result, status, paymentStatus) => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant, { customerName: 'Ada Lovelace' });
    expect((await send('GET', `${url}/${method}`)).text).toContain('Ada Lovelace');
    const next = locationOf(await submits(`${url}/${method}`, { attempt: '1', result }));
    expect(next).toBe(status === 'open' ? url : `${url}/receipt`);
    expect(await getsCheckout(merchant, id)).toMatchObject({ status, paymentStatus });
    const { text } = await send('GET', next);
    expect(text).toContain(
      { completed: 'Payment received', failed: `Test ${method} declined the payment.`, pending: 'Payment on its way' }[
        paymentStatus
      ],
    );
  });

  it.each(['wallet', 'bank'])('%s, abandon: back to the shop, the session stays open', async (method) => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    const answer = await submits(`${url}/${method}`, { attempt: '1', result: 'abandon' });
    expect(answer.headers.get('location')).toBe(filledIn(CANCEL_URL, id));
    expect((await checkoutEvents(merchant, 1)).map(({ type }) => type)).toEqual(['checkout.session.abandoned']);
    expect(locationOf(await paysWith(url, 'pm_card_visa'))).toBe(`${url}/receipt`);
  });
});

describe('3-D Secure', () => {
  const CARD = 'pm_card_authenticationRequired';

  it('leads to the bank, from there to the receipt, also if the answer is sent twice', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    const challenge = locationOf(await paysWith(url, CARD));
    expect(challenge).toMatch(new RegExp(`^${gateway.url}/3ds/txn_`));
    expect(await getsCheckout(merchant, id)).toMatchObject({ status: 'open', paymentStatus: 'requires_action' });
    expect(locationOf(await submits(challenge, { result: 'succeeded' }))).toBe(url);
    expect(locationOf(await submits(challenge, { result: 'succeeded' }))).toBe(url);
    expect(locationOf(await send('GET', url))).toBe(`${url}/receipt`);
    expect((await send('GET', challenge)).text).toContain(`href="${new URL(url).pathname}"`);
    expect(await getsCheckout(merchant, id)).toMatchObject({ status: 'completed', paymentStatus: 'completed' });
  });

  it('that fails leads back to the form with the reason', async () => {
    const merchant = await Merchant.joins(gateway);
    const { url } = await opensCheckout(merchant);
    const challenge = locationOf(await paysWith(url, CARD));
    const back = locationOf(await submits(challenge, { result: 'failed' }));
    expect((await send('GET', back)).text).toContain('The customer did not authenticate. Use another card.');
    expect(locationOf(await paysWith(url, 'pm_card_visa', 2))).toBe(`${url}/receipt`);
  });

  it('can be left for another way to pay; the first payment is canceled', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    const challenge = locationOf(await paysWith(url, CARD));
    const page = await send('GET', url);
    expect(page.text).toContain('Confirm with your bank');
    expect(page.text).toContain(challenge);
    // Another form of the same page, and the button of the wallet, lead to the bank as well.
    expect(locationOf(await paysWith(url, 'pm_card_visa'))).toBe(challenge);
    expect(locationOf(await submits(`${url}/wallet`, { attempt: '2', result: 'pay' }))).toBe(challenge);
    expect(locationOf(await submits(`${url}/change`))).toBe(url);
    expect((await send('GET', url)).text).toContain('The payment was canceled. Choose how to pay.');
    await paysWith(url, 'pm_card_visa', 2);
    expect((await paymentsOf(merchant)).map(({ status }) => status)).toEqual(['canceled', 'completed']);
    expect((await getsCheckout(merchant, id)).status).toBe('completed');
  });
});

describe('Leaving', () => {
  it('leads to the shop, and the merchant is told once until the customer tries to pay', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id, url } = await opensCheckout(merchant);
    for (let n = 0; n < 3; n++)
      expect((await submits(`${url}/cancel`)).headers.get('location')).toBe(filledIn(CANCEL_URL, id));
    await paysWith(url, 'pm_card_chargeDeclined');
    await submits(`${url}/cancel`);
    const events = await checkoutEvents(merchant, 2);
    expect(events.map(({ type }) => type)).toEqual(['checkout.session.abandoned', 'checkout.session.abandoned']);
    expect(events.map(({ data }) => [data.status, data.paymentStatus])).toEqual([
      ['open', null],
      ['open', 'failed'],
    ]);
    expect((await getsCheckout(merchant, id)).status).toBe('open');
  });
});

describe('Events of checkout sessions', () => {
  it('have the session as it was then, name session and payment, and are sent to endpoints', async () => {
    const [merchant, recorder] = await Promise.all([Merchant.joins(gateway), WebhookRecorder.start()]);
    const path = ownPath(recorder);
    await createEndpoint(merchant, recorder.url(path), { events: ['checkout.session.*'] });
    const session = await opensCheckout(merchant, { metadata: { cart: '42' } });
    await submits(`${session.url}/cancel`);
    await paysWith(session.url, 'pm_card_visa');
    const now = await getsCheckout(merchant, session.id);
    const events = await checkoutEvents(merchant, 2);
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['checkout.session.abandoned', { ...session, paymentStatus: null }],
      ['checkout.session.completed', now],
    ]);
    const about = await merchant.asks<{ data: { type: string }[] }>('GET', `/events?objectId=${now.paymentId ?? ''}`);
    expect(about.body.data.map(({ type }) => type).sort()).toEqual([
      'checkout.session.completed',
      'payment.completed',
      'payment.created',
    ]);
    const received = await eventually(
      'two webhooks',
      () => recorder.received.filter((each) => each.path === path),
      (webhooks) => webhooks.length >= 2,
    );
    expect(received.map((each) => [standard(each).type, standard(each).data]).sort()).toEqual(
      events.map(({ type, data }) => [type, data]).sort(),
    );
    await recorder.stop();
  });

  it('of an expired session say so', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await opensCheckout(merchant);
    const expired = bodyOf(await expires(merchant, id), 200);
    expect(expired).toMatchObject({ status: 'expired', expiredAt: expect.any(String) });
    expect((await checkoutEvents(merchant, 1)).map(({ type, data }) => [type, data])).toEqual([
      ['checkout.session.expired', expired],
    ]);
  });
});
