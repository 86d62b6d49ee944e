import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: '600000', TEST_AMOUNTS: 'range' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await gateway.stop();
  await recorder.stop();
});

interface Step {
  readonly at: string;
  readonly kind: string;
  readonly text: string;
  readonly reference: string | null;
}

const refunds = (
  merchant: Merchant,
  id: string,
  json: Readonly<Record<string, unknown>> = {},
): Promise<Answer<{ id: string }>> => merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, { json });
const timeline = async (merchant: Merchant, id: string): Promise<Step[]> =>
  bodyOf(await merchant.asks<{ data: Step[] }>('GET', `/payments/${id}/timeline`), 200).data;
const pairs = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`key${n}`, String(n)]));

describe('Metadata', () => {
  it.each([
    ['none', {}],
    ['fifty pairs', pairs(50)],
    ['names of 40 and values of 500 characters', { ['k'.repeat(40)]: 'v'.repeat(500) }],
    ['an empty value, spaces and other scripts', { leer: '', 'with space': 'ünï 漢字 🎉' }],
  ])('is kept as it was sent: %s', async (_what, metadata) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ metadata });
    expect(await merchant.gets(id)).toMatchObject({ metadata });
    const refund = bodyOf(await refunds(merchant, id, { amount: 1, metadata }), 201);
    expect(refund).toMatchObject({ metadata });
    expect(bodyOf(await merchant.asks('GET', `/refunds/${refund.id}`), 200)).toMatchObject({ metadata });
  });

  it('is kept as it was sent: names that objects inherit', async () => {
    const merchant = await Merchant.joins(gateway);
    const metadata = { toString: 'a', hasOwnProperty: 'b' };
    expect(await merchant.gets((await merchant.charges({ metadata })).id)).toMatchObject({ metadata });
  });

  it.each([
    ['fifty-one pairs', pairs(51)],
    ['a name of 41 characters', { ['k'.repeat(41)]: 'v' }],
    ['a value of 501 characters', { k: 'v'.repeat(501) }],
    ['an empty name', { '': 'v' }],
    ['a name with a dot', { 'a.b': 'v' }],
    ['a name with a leading dollar', { $set: 'v' }],
    ['a number', { k: 1 }],
    ['a null', { k: null }],
    ['an object', { k: { a: 'b' } }],
    ['a list', ['a']],
    ['a text', 'a=b'],
  ])('is refused: %s', async (_what, metadata) => {
    const merchant = await Merchant.joins(gateway);
    expectInvalid(await merchant.triesToCharge(newCharge({ metadata })), {
      loc: ['body', 'metadata'],
      type: 'metadata_type',
    });
  });

  it('comes in the events of payment and refund', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ metadata: { cart: '7' }, orderReference: 'order-7' });
    bodyOf(await refunds(merchant, id, { metadata: { ticket: '8' } }), 201);
    const ask = async (): Promise<{ type: string; data: unknown }[]> =>
      bodyOf(await merchant.asks<{ data: { type: string; data: unknown }[] }>('GET', '/events'), 200).data;
    for (const { type, data } of await eventually('the events', ask, (events) => events.length === 4)) {
      expect(data).toMatchObject(
        type.startsWith('refund.')
          ? { metadata: { ticket: '8' }, orderReference: 'order-7' }
          : { metadata: { cart: '7' }, orderReference: 'order-7' },
      );
    }
  });
});

describe('An order reference', () => {
  it('finds its payments', async () => {
    const merchant = await Merchant.joins(gateway);
    const [first] = [
      await merchant.charges({ orderReference: 'order/1 ü' }),
      await merchant.charges({ orderReference: 'order-2' }),
      await merchant.charges(),
    ];
    const again = await merchant.charges({ orderReference: 'order/1 ü' });
    const found = await merchant.queries(`orderReference=${encodeURIComponent('order/1 ü')}`);
    expect(found.transactions.map(({ id }) => id)).toEqual([again.id, first.id]);
    expect(found.transactions[0]).toMatchObject({ orderReference: 'order/1 ü' });
    expect((await merchant.triesToQuery('orderReference=order')).status).toBe(404);
  });

  it('of up to 100 characters is kept, an empty or longer one refused', async () => {
    const merchant = await Merchant.joins(gateway);
    expect(await merchant.gets((await merchant.charges({ orderReference: 'x'.repeat(100) })).id)).toMatchObject({
      orderReference: 'x'.repeat(100),
    });
    expectInvalid(await merchant.triesToCharge(newCharge({ orderReference: 'x'.repeat(101) })), {
      loc: ['body', 'orderReference'],
      type: 'string_too_long',
    });
    expectInvalid(await merchant.triesToCharge(newCharge({ orderReference: '' })), {
      loc: ['body', 'orderReference'],
      type: 'string_too_short',
    });
  });
});

describe('The timeline of a payment', () => {
  it('tells every step with its cause, deliveries included, in order', async () => {
    const merchant = await Merchant.joins(gateway);
    recorder.answers('/twice', { status: 500 });
    const charged = await gateway.request<{ id: string }>('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'x-request-id': 'the-charge' },
      json: newCharge({ capture: 'manual', customerName: 'APPROVED', webhookUrl: recorder.url('/twice') }),
    });
    const { id } = bodyOf(charged, 201);
    await eventually(
      'the authorization',
      () => merchant.gets(id),
      ({ status }) => status === 'authorized',
    );
    // The first attempt is answered with 500, the second with 200.
    await recorder.nextOf(id);
    await recorder.nextOf(id);
    bodyOf(
      await merchant.asks('POST', `/payments/${id}/capture`, {
        headers: { 'x-request-id': 'the-capture' },
        json: { amount: 5 },
      }),
      200,
    );
    const { id: refundId } = bodyOf(
      await merchant.asks<{ id: string }>('POST', `/payments/${id}/refunds`, {
        headers: { 'x-request-id': 'the-refund' },
        json: { amount: 5 },
      }),
      201,
    );
    const steps = await eventually(
      'five deliveries',
      () => timeline(merchant, id),
      (seen) => seen.filter(({ kind }) => kind === 'delivery').length >= 5,
    );

    expect(steps.map(({ at }) => at)).toEqual(steps.map(({ at }) => at).sort());
    expect(
      steps
        .filter(({ kind }) => kind !== 'delivery')
        .map(({ kind, text, reference }) => [kind, text, kind === 'event' ? reference?.slice(0, 4) : reference]),
    ).toEqual([
      ['request', 'Request the-charge', 'the-charge'],
      ['decision', 'Outcome: approved, decided by customer name APPROVED', null],
      ['state', 'Created as pending, by the request', null],
      ['event', 'Event payment.created', 'evt_'],
      ['state', 'From pending to authorized, by the gateway, when it was due', null],
      ['event', 'Event payment.authorized', 'evt_'],
      ['request', 'Request the-capture', 'the-capture'],
      ['state', 'From authorized to completed, by the request', null],
      ['event', 'Event payment.completed', 'evt_'],
      ['request', 'Request the-refund', 'the-refund'],
      ['state', `Refund ${refundId}: created, by the request`, null],
      ['event', 'Event refund.created', 'evt_'],
      ['state', `Refund ${refundId}: completed, by the request`, null],
      ['event', 'Event refund.completed', 'evt_'],
    ]);
    const deliveries = steps.filter(({ kind }) => kind === 'delivery');
    expect(deliveries.slice(0, 2).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Webhook payment\.authorized to http:.*\/twice: Answered 500 after \d+ ms$/),
      expect.stringMatching(/^Webhook payment\.authorized to http:.*\/twice: answered 200 after \d+ ms$/),
    ]);
    for (const { reference } of deliveries) expect(reference).toMatch(/^whd_/);
    // The request and the events are those of the other lists.
    const events = bodyOf(await merchant.asks<{ data: { id: string }[] }>('GET', '/events'), 200)
      .data.map((event) => event.id)
      .reverse();
    expect(steps.filter(({ kind }) => kind === 'event').map(({ reference }) => reference)).toEqual(events);
  });

  it('says why a payment failed, and what decided it', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ paymentMethod: 'pm_card_chargeDeclinedLostCard' });
    await eventually(
      'the decline',
      () => merchant.gets(id),
      ({ status }) => status === 'failed',
    );
    const texts = (await timeline(merchant, id)).map(({ text }) => text);
    expect(texts).toContain('Outcome: declined, decided by token pm_card_chargeDeclinedLostCard');
    expect(texts).toContain(
      'From pending to failed (card_declined: The card was reported lost.), by the gateway, when it was due',
    );
  });

  it('says that nothing decided, that the customer has to authenticate, that nothing will come', async () => {
    const merchant = await Merchant.joins(gateway);
    const decision = async (charge: Readonly<Record<string, unknown>>): Promise<string | undefined> =>
      (await timeline(merchant, (await merchant.charges(charge)).id)).find(({ kind }) => kind === 'decision')?.text;
    expect(await decision({})).toBe('Outcome: approved; no test value, so it is the default');
    expect(await decision({ paymentMethod: 'pm_card_authenticationRequired' })).toBe(
      'Outcome: approved after 3-D Secure, decided by token pm_card_authenticationRequired',
    );
    expect(await decision({ customerName: 'PENDING' })).toBe(
      'Outcome: stays pending, decided by customer name PENDING',
    );
    expect(await decision({ paymentAmount: 2001.5 })).toBe('Outcome: declined, decided by amount 2001.5');
  });

  it('of another account is not found', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await merchant.charges();
    expectError(
      await other.asks('GET', `/payments/${id}/timeline`),
      404,
      `Transaction '${id}' not found for this user.`,
    );
  });
});

describe('A payment that is deleted', () => {
  const PERSONAL = [
    'Ada Secretname',
    'Her secret details',
    'secret-order',
    'secret-value',
    'A secret reason',
    'secret-refund-order',
    'secret-refund-value',
    'secret-hook',
    'pm_card_pendingRefund',
  ];

  it('after it was captured leaves its sums, and nothing that a person wrote', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({
      paymentAmount: 100,
      customerName: 'Ada Secretname',
      details: 'Her secret details',
      orderReference: 'secret-order',
      metadata: { k: 'secret-value' },
      webhookUrl: recorder.url('/secret-hook'),
      paymentMethod: 'pm_card_pendingRefund',
    });
    const refund = {
      reason: 'A secret reason',
      orderReference: 'secret-refund-order',
      metadata: { k: 'secret-refund-value' },
    };
    const canceled = bodyOf(await refunds(merchant, id, { amount: 10, ...refund }), 201);
    const pending = [
      bodyOf(await refunds(merchant, id, { amount: 20, ...refund }), 201),
      bodyOf(await refunds(merchant, id, { amount: 30, ...refund }), 201),
    ];
    bodyOf(await merchant.asks('POST', `/refunds/${canceled.id}/cancel`), 200);
    bodyOf(await merchant.deletes('transactions', id), 200);

    const database = await gateway.database();
    const tombstones = await database
      .collection<{ _id: string }>('payment_tombstones')
      .find({ accountId: merchant.userId })
      .toArray();
    expect(tombstones).toEqual([
      {
        _id: id,
        accountId: merchant.userId,
        currency: 'USD',
        status: 'completed',
        amountCaptured: 10_000,
        amountRefunded: 0,
        fee: 320,
        createdAt: expect.any(Date),
        deletedAt: expect.any(Date),
      },
    ]);
    expect(await database.collection<{ _id: string }>('payments').findOne({ _id: id })).toBeNull();
    const copies = await database.collection('refunds').find({ paymentId: id }).toArray();
    expect(copies.map(({ status, amount }) => [status, amount] as unknown)).toEqual(
      expect.arrayContaining([
        ['canceled', 1000],
        ['canceled', 2000],
        ['canceled', 3000],
      ]),
    );
    const kept = JSON.stringify([tombstones, copies]);
    expect(PERSONAL.filter((text) => kept.includes(text))).toEqual([]);

    // For its owner it is gone; its refunds are there as sums, and cannot be moved any more.
    expectError(
      await gateway.request('GET', `/payments/${id}`, { headers: merchant.withKey }),
      404,
      `Transaction '${id}' not found for this user.`,
    );
    expect((await refunds(merchant, id)).status).toBe(404);
    expect(bodyOf(await merchant.asks('GET', `/refunds/${pending[0]?.id ?? ''}`), 200)).toMatchObject({
      amount: 20,
      status: 'canceled',
      reason: null,
      orderReference: null,
      metadata: {},
    });
    expect([404, 409]).toContain((await merchant.asks('POST', `/refunds/${pending[0]?.id ?? ''}/cancel`)).status);
    const types = async (): Promise<string[]> =>
      bodyOf(await merchant.asks<{ data: { type: string }[] }>('GET', '/events?limit=100'), 200).data.map(
        ({ type }) => type,
      );
    expect((await types()).filter((type) => type === 'refund.canceled')).toHaveLength(3);
  });

  it.each(['completed', 'refunded'])('and was %s keeps what was refunded', async (status) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.receives({ paymentAmount: 100 });
    bodyOf(await refunds(merchant, id, status === 'refunded' ? {} : { amount: 12.5 }), 201);
    bodyOf(await merchant.deletes('transactions', id), 200);
    const tombstone = await (
      await gateway.database()
    )
      .collection<{ _id: string }>('payment_tombstones')
      .findOne({ _id: id });
    expect(tombstone).toMatchObject({
      status,
      amountCaptured: 10_000,
      amountRefunded: status === 'refunded' ? 10_000 : 1250,
    });
  });

  it('without money behind it leaves nothing', async () => {
    const merchant = await Merchant.joins(gateway);
    const [pending, failed] = [
      await merchant.charges({ customerName: 'PENDING' }),
      await merchant.charges({ customerName: 'DECLINED' }),
    ];
    await eventually(
      'the decline',
      () => merchant.gets(failed.id),
      ({ status }) => status === 'failed',
    );
    for (const { id } of [pending, failed]) bodyOf(await merchant.deletes('transactions', id), 200);
    expect(
      await (await gateway.database()).collection('payment_tombstones').countDocuments({ accountId: merchant.userId }),
    ).toBe(0);
  });
});
