import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSharedDatabase, type SharedDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError, expectInvalid } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** Long enough to act while a refund is pending, short enough to wait for. */
const REFUND_DELAY_MS = 1500;

let gateway: Gateway;
let patient: Gateway;
let recorder: WebhookRecorder;
beforeAll(async () => {
  [gateway, patient, recorder] = await Promise.all([
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: String(REFUND_DELAY_MS) }),
    // Here a refund that is pending stays so for the whole test.
    startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', REFUND_DELAY_MS: '600000' }),
    WebhookRecorder.start(),
  ]);
});
afterAll(async () => {
  await Promise.all([gateway.stop(), patient.stop()]);
  await recorder.stop();
});

interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly status: string;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
}

interface Told {
  readonly id: string;
  readonly type: string;
  readonly data: Refund & Payment;
}

const get = async (merchant: Merchant, id: string): Promise<Payment> => (await merchant.gets(id)) as unknown as Payment;
const triesToRefund = (
  merchant: Merchant,
  id: string,
  json: Readonly<Record<string, unknown>> = {},
): Promise<Answer<Refund>> => merchant.asks<Refund>('POST', `/payments/${id}/refunds`, { json });
const refunds = async (merchant: Merchant, id: string, json: Readonly<Record<string, unknown>> = {}): Promise<Refund> =>
  bodyOf(await triesToRefund(merchant, id, json), 201);
const cancels = (merchant: Merchant, refundId: string): Promise<Answer<Refund>> =>
  merchant.asks<Refund>('POST', `/refunds/${refundId}/cancel`);
const getRefund = async (merchant: Merchant, refundId: string): Promise<Refund> =>
  bodyOf(await merchant.asks<Refund>('GET', `/refunds/${refundId}`), 200);
const becomes = (merchant: Merchant, refundId: string, status: string): Promise<Refund> =>
  eventually(
    `refund ${refundId} to be ${status}`,
    () => getRefund(merchant, refundId),
    (refund) => refund.status === status,
  );
const lists = async (merchant: Merchant, search = ''): Promise<{ data: Refund[]; hasMore: boolean }> =>
  bodyOf(await merchant.asks<{ data: Refund[]; hasMore: boolean }>('GET', `/refunds?${search}`), 200);

const receives = async (merchant: Merchant, charge: Readonly<Record<string, unknown>> = {}): Promise<Payment> =>
  (await merchant.receives({ paymentAmount: 100, ...charge })) as unknown as Payment;

/** The events of refunds so far, oldest first, once there are so many. */
const refundEvents = (merchant: Merchant, count: number): Promise<Told[]> =>
  eventually(
    `${count} events of refunds`,
    async () =>
      bodyOf(await merchant.asks<{ data: Told[] }>('GET', '/events?limit=100'), 200)
        .data.filter(({ type }) => type.startsWith('refund.'))
        .reverse(),
    (events) => events.length >= count,
  );

function expectRefused(answer: Answer, code: string): void {
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([409, code]);
}

describe('A refund', () => {
  it('without an amount gives all back, and the payment is refunded', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    expect(await refunds(merchant, id)).toEqual({
      id: expect.stringMatching(/^ref_[0-9a-f]{24}$/),
      paymentId: id,
      amount: 100,
      currency: 'USD',
      status: 'completed',
      reason: null,
      orderReference: null,
      metadata: {},
      failure: null,
      createdAt: expect.stringMatching(/^\d{4}-.+Z$/),
    });
    expect(await get(merchant, id)).toMatchObject({
      status: 'refunded',
      amount: 100,
      amountCaptured: 100,
      amountRefunded: 100,
    });
    expectRefused(await triesToRefund(merchant, id), 'illegal_transition');
  });

  it('in several parts gives each back, up to what was captured', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    await refunds(merchant, id, { amount: 10.01 });
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 10.01 });
    await refunds(merchant, id, { amount: 50 });
    expectRefused(await triesToRefund(merchant, id, { amount: 40 }), 'amount_too_large');
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 60.01 });
    // What is left, without naming it.
    expect(await refunds(merchant, id)).toMatchObject({ amount: 39.99, status: 'completed' });
    expect(await get(merchant, id)).toMatchObject({ status: 'refunded', amountRefunded: 100 });
  });

  it('of more than was captured is refused, and changes nothing', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    expectRefused(await triesToRefund(merchant, id, { amount: 100.01 }), 'amount_too_large');
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 0 });
    expect((await lists(merchant)).data).toEqual([]);
  });

  it('of a part that was captured goes up to that part', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await merchant.charges({ paymentAmount: 100, capture: 'manual' });
    await eventually(
      'the authorization',
      () => get(merchant, id),
      ({ status }) => status === 'authorized',
    );
    expectRefused(await triesToRefund(merchant, id), 'illegal_transition');
    bodyOf(await merchant.asks('POST', `/payments/${id}/capture`, { json: { amount: 30 } }), 200);
    expectRefused(await triesToRefund(merchant, id, { amount: 30.01 }), 'amount_too_large');
    await refunds(merchant, id, { amount: 29.99 });
    expect(await refunds(merchant, id)).toMatchObject({ amount: 0.01 });
    expect(await get(merchant, id)).toMatchObject({
      status: 'refunded',
      amount: 100,
      amountCaptured: 30,
      amountRefunded: 30,
    });
  });

  it.each([
    [{ amount: 0 }, 'amount', 'greater_than'],
    [{ amount: -5 }, 'amount', 'greater_than'],
    [{ amount: 1.001 }, 'amount', 'decimal_max_places'],
    [{ amount: '5' }, 'amount', 'decimal_type'],
    [{ reason: 'x'.repeat(201) }, 'reason', 'string_too_long'],
    [{ orderReference: '' }, 'orderReference', 'string_too_short'],
    [{ orderReference: 'x'.repeat(101) }, 'orderReference', 'string_too_long'],
    [{ metadata: { a: 1 } }, 'metadata', 'metadata_type'],
  ])('%j is refused', async (json, field, type) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    expectInvalid(await triesToRefund(merchant, id, json), { loc: ['body', field], type });
  });

  it.each([
    ['JPY', 500, 1, 1.5],
    ['KWD', 1.234, 0.001, 0.0001],
    ['CLF', 1.2345, 0.0001, 0.00001],
    ['USD', 0.3, 0.1, 0.001],
  ])('in %s has as many decimals as its currency', async (currency, paymentAmount, part, tooFine) => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, { currency, paymentAmount });
    expectInvalid(await triesToRefund(merchant, id, { amount: tooFine }), {
      loc: ['body', 'amount'],
      type: 'decimal_max_places',
    });
    await refunds(merchant, id, { amount: part });
    await refunds(merchant, id, { amount: part });
    expect((await get(merchant, id)).amountRefunded).toBe(Number((part * 2).toFixed(4)));
    await refunds(merchant, id);
    expect(await get(merchant, id)).toMatchObject({ status: 'refunded', amountRefunded: paymentAmount });
  });

  it('of another account, or of none, is not found', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const { id } = await receives(merchant);
    const { id: refundId } = await refunds(merchant, id, { amount: 1 });
    expectError(await triesToRefund(other, id), 404, `Transaction '${id}' not found for this user.`);
    for (const nobodys of [refundId, 'ref_000000000000000000000000', 'x']) {
      expectError(await other.asks('GET', `/refunds/${nobodys}`), 404, `Refund '${nobodys}' not found for this user.`);
      expectError(await cancels(other, nobodys), 404, `Refund '${nobodys}' not found for this user.`);
    }
    expect((await lists(other)).data).toEqual([]);
    expect((await lists(other, `payment=${id}`)).data).toEqual([]);
  });

  it('is shown in the lists of version 1', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    await refunds(merchant, id, { amount: 12.34 });
    expect((await merchant.lists()).transactions[0]).toMatchObject({
      id,
      amount: 100,
      status: 'completed',
      amountRefunded: 12.34,
    });
    expect((await merchant.queries('minAmount=100')).transactions[0]).toMatchObject({ id, amountRefunded: 12.34 });
    await refunds(merchant, id);
    expect((await merchant.queries('status=refunded')).transactions.map((payment) => payment.id)).toEqual([id]);
  });
});

describe('A refund of the card whose refunds are pending', () => {
  const charge = { paymentMethod: 'pm_card_pendingRefund' };

  it('is pending, holds its amount, and completes by itself', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, charge);
    const refund = await refunds(merchant, id);
    expect(refund.status).toBe('pending');
    // All is promised, nothing has gone: the payment is not refunded yet, and nothing more can be.
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 100 });
    expectRefused(await triesToRefund(merchant, id, { amount: 0.01 }), 'amount_too_large');
    await becomes(merchant, refund.id, 'completed');
    expect(await get(merchant, id)).toMatchObject({ status: 'refunded', amountRefunded: 100 });
    expectRefused(await cancels(merchant, refund.id), 'refund_not_pending');
    const events = await refundEvents(merchant, 2);
    expect(events.map(({ type, data }) => [type, data.id, data.status, data.amount])).toEqual([
      ['refund.created', refund.id, 'pending', 100],
      ['refund.completed', refund.id, 'completed', 100],
    ]);
  });

  it('is canceled while it is pending, and gives its amount back', async () => {
    const merchant = await Merchant.joins(patient);
    const { id } = await receives(merchant, charge);
    const first = await refunds(merchant, id, { amount: 60 });
    expect(bodyOf(await cancels(merchant, first.id), 200)).toEqual({ ...first, status: 'canceled' });
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 0 });
    expectRefused(await cancels(merchant, first.id), 'refund_not_pending');
    expect((await getRefund(merchant, first.id)).status).toBe('canceled');
    expect(await refunds(merchant, id)).toMatchObject({ amount: 100, status: 'pending' });
    expect((await refundEvents(merchant, 3)).map(({ type, data }) => [type, data.status])).toEqual([
      ['refund.created', 'pending'],
      ['refund.canceled', 'canceled'],
      ['refund.created', 'pending'],
    ]);
  });

  it('that was completed at once is not canceled', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    const { id: refundId } = await refunds(merchant, id);
    expectRefused(await cancels(merchant, refundId), 'refund_not_pending');
  });

  it('of 20 who cancel it at the same time, one does', async () => {
    const merchant = await Merchant.joins(patient);
    const { id } = await receives(merchant, charge);
    const { id: refundId } = await refunds(merchant, id, { amount: 60 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => cancels(merchant, refundId)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) expectRefused(answer, 'refund_not_pending');
    expect(await get(merchant, id)).toMatchObject({ amountRefunded: 0 });
  });

  it('completes also where the gateway was killed in between', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, charge);
    const { id: refundId } = await refunds(merchant, id, { amount: 60, reason: 'Returned' });
    await gateway.kill9();
    await gateway.restart();
    expect(await becomes(merchant, refundId, 'completed')).toMatchObject({ amount: 60, reason: 'Returned' });
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountRefunded: 60 });
    expect((await refundEvents(merchant, 2)).map(({ type }) => type)).toEqual(['refund.created', 'refund.completed']);
  });
});

describe('A refund of the card whose refunds fail later', () => {
  it('completes, fails, and gives its amount back', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, { paymentMethod: 'pm_card_refundFail', webhookUrl: recorder.url() });
    const refund = await refunds(merchant, id);
    expect(refund.status).toBe('completed');
    await becomes(merchant, refund.id, 'failed');
    expect(await get(merchant, id)).toMatchObject({ status: 'completed', amountCaptured: 100, amountRefunded: 0 });
    expectRefused(await cancels(merchant, refund.id), 'refund_not_pending');
    expect(await refunds(merchant, id, { amount: 100 })).toMatchObject({ amount: 100, status: 'completed' });
    expect((await refundEvents(merchant, 5)).map(({ type, data }) => [type, data.status])).toEqual([
      ['refund.created', 'pending'],
      ['refund.completed', 'completed'],
      ['refund.failed', 'failed'],
      ['refund.created', 'pending'],
      ['refund.completed', 'completed'],
    ]);
  });
});

describe('The webhook URL of a payment', () => {
  it('is told of each step of its refunds, in the form of version 1', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, { paymentMethod: 'pm_card_refundFail', webhookUrl: recorder.url() });
    const refund = await refunds(merchant, id, { amount: 40 });
    await becomes(merchant, refund.id, 'failed');
    for (const event of ['payment.completed', 'refund.created', 'refund.completed', 'refund.failed']) {
      const { body, headers } = await recorder.next(
        (webhook) => webhook.body.id === id && webhook.body.event === event,
      );
      const status = { 'refund.created': 'pending', 'refund.completed': 'completed', 'refund.failed': 'failed' }[event];
      expect(body).toEqual({
        event,
        id,
        timestamp: expect.stringMatching(/^\d{4}-.+Z$/),
        data: {
          customerName: 'Acme Corporation',
          amount: 100,
          currency: 'USD',
          status: 'completed',
          ...(status && { refund: { id: refund.id, amount: 40, status } }),
        },
      });
      expect(headers['x-signature']).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(recorder.allOf(id)).toHaveLength(4);
  });

  it('is told that the payment is refunded by the refund that does it, and not before', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant, { webhookUrl: recorder.url() });
    await refunds(merchant, id, { amount: 40 });
    await refunds(merchant, id);
    await eventually(
      'the webhooks',
      () => recorder.allOf(id),
      (webhooks) => webhooks.length >= 5,
    );
    const told = recorder
      .allOf(id)
      .filter(({ body }) => body.event.startsWith('refund.'))
      .map(
        ({ body }) => `${body.event} ${(body.data.refund as { amount: number }).amount} ${String(body.data.status)}`,
      );
    expect(told.sort()).toEqual([
      'refund.completed 40 completed',
      'refund.completed 60 refunded',
      'refund.created 40 completed',
      'refund.created 60 completed',
    ]);
  });
});

describe('Of 50 who refund one payment at the same time', () => {
  let database: SharedDatabase;
  let two: Gateway[] = [];
  beforeAll(async () => {
    database = await startSharedDatabase();
    two = await Promise.all(
      [1, 2].map(() => startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', MONGODB_URI: database.uri })),
    );
  });
  afterAll(async () => {
    await Promise.all(two.map((each) => each.stop()));
    await database.stop();
  });

  it.each([
    ['in one process', 'pm_card_visa', () => [patient]],
    ['in one process', 'pm_card_pendingRefund', () => [patient]],
    ['in two processes', 'pm_card_visa', () => two],
  ])('%s by %s only so many do as there is money for', async (_where, paymentMethod, processes) => {
    const targets = processes();
    const first = targets[0] ?? patient;
    const merchant = await Merchant.joins(first);
    const { id } = await receives(merchant, { paymentMethod });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (targets[n % targets.length] ?? first).request<Refund>('POST', `/payments/${id}/refunds`, {
          headers: merchant.withToken,
          json: { amount: 9.3 },
        }),
      ),
    );
    const made = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(made).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectRefused(answer, 'amount_too_large');
    expect(await get(merchant, id)).toMatchObject({ amountCaptured: 100, amountRefunded: 93 });
    expect((await lists(merchant, 'limit=100')).data.map((refund) => refund.id).sort()).toEqual(made.sort());
    // The rest, all at once: one gets it.
    const rest = await Promise.all(Array.from({ length: 10 }, () => triesToRefund(merchant, id)));
    expect(rest.filter(({ status }) => status === 201).map(({ body }) => body.amount)).toEqual([7]);
    expect(await get(merchant, id)).toMatchObject({
      amountRefunded: 100,
      status: paymentMethod === 'pm_card_visa' ? 'refunded' : 'completed',
    });
  });
});

describe('The list of refunds', () => {
  it('is newest first, in pages by cursor in both directions', async () => {
    const merchant = await Merchant.joins(gateway);
    const { id } = await receives(merchant);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await refunds(merchant, id, { amount: n + 1 })).id);
    const page = async (search: string): Promise<[string[], boolean]> => {
      const { data, hasMore } = await lists(merchant, search);
      return [data.map((refund) => refund.id), hasMore];
    };
    expect(await page('')).toEqual([ids, false]);
    expect(await page('limit=2')).toEqual([ids.slice(0, 2), true]);
    expect(await page(`limit=2&startingAfter=${ids[1]}`)).toEqual([ids.slice(2, 4), true]);
    expect(await page(`limit=2&startingAfter=${ids[3]}`)).toEqual([ids.slice(4), false]);
    expect(await page(`limit=2&endingBefore=${ids[4]}`)).toEqual([ids.slice(2, 4), true]);
    expect(await page(`limit=2&endingBefore=${ids[2]}`)).toEqual([ids.slice(0, 2), false]);
    expectInvalid(await merchant.asks('GET', '/refunds?limit=0'), {
      loc: ['query', 'limit'],
      type: 'greater_than_equal',
    });
    expectInvalid(await merchant.asks('GET', '/refunds?startingAfter=x'), {
      loc: ['query', 'startingAfter'],
      type: 'string_pattern_mismatch',
    });
  });

  it('is filtered by payment, status and order reference', async () => {
    const merchant = await Merchant.joins(patient);
    const [one, other] = [
      await receives(merchant, { paymentMethod: 'pm_card_pendingRefund' }),
      await receives(merchant),
    ];
    const pending = await refunds(merchant, one.id, { amount: 1, orderReference: 'order-1' });
    const canceled = await refunds(merchant, one.id, { amount: 2, orderReference: 'order-2' });
    await cancels(merchant, canceled.id);
    const completed = await refunds(merchant, other.id, {
      amount: 3,
      orderReference: 'order-1',
      reason: 'Returned',
      metadata: { ticket: '7' },
    });
    const found = async (search: string): Promise<string[]> => (await lists(merchant, search)).data.map(({ id }) => id);
    expect(await found(`payment=${one.id}`)).toEqual([canceled.id, pending.id]);
    expect(await found('status=pending')).toEqual([pending.id]);
    expect(await found('status=canceled')).toEqual([canceled.id]);
    expect(await found('orderReference=order-1')).toEqual([completed.id, pending.id]);
    expect(await found(`orderReference=order-1&status=completed&payment=${other.id}`)).toEqual([completed.id]);
    expect(await found('status=failed')).toEqual([]);
    expect((await lists(merchant, 'status=completed')).data).toEqual([completed]);
    expect(completed).toMatchObject({ reason: 'Returned', metadata: { ticket: '7' } });
    expectInvalid(await merchant.asks('GET', '/refunds?status=lost'), { loc: ['query', 'status'], type: 'enum' });
  });
});
