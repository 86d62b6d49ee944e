import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { charges } from '../support/faults.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';

interface DoubleCharge {
  readonly kind: string;
  readonly orderReference: string | null;
  readonly paymentIds: string[];
  readonly requestIds: string[];
  readonly amountAtStake: number;
  readonly currency: string | null;
  readonly explanation: string;
}

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const doubleCharges = async (merchant: Merchant): Promise<DoubleCharge[]> =>
  bodyOf(await merchant.asks<{ data: DoubleCharge[] }>('GET', '/double-charges'), 200).data;

const sees = (merchant: Merchant, id: string, expected: string) =>
  eventually(
    `payment ${id} to be ${expected}`,
    () => merchant.gets(id),
    ({ status }) => status === expected,
  );

describe('Double charges', () => {
  it('are none where each order was paid once', async () => {
    const merchant = await Merchant.joins(gateway);
    await merchant.receives({ orderReference: 'a' });
    await merchant.receives({ orderReference: 'b' });
    await merchant.receives();
    await merchant.receives();
    expect(await doubleCharges(merchant)).toEqual([]);
  });

  it('are orders that were paid twice in one currency', async () => {
    const [merchant, other] = await Promise.all([Merchant.joins(gateway), Merchant.joins(gateway)]);
    const first = await merchant.receives({ orderReference: 'order-1', paymentAmount: 10 });
    const second = await merchant.receives({ orderReference: 'order-1', paymentAmount: 10.5 });
    const third = await merchant.receives({ orderReference: 'order-1', paymentAmount: 11 });
    await merchant.receives({ orderReference: 'order-1', paymentAmount: 10, currency: 'EUR' });
    await other.receives({ orderReference: 'order-1', paymentAmount: 10 });
    const found = await doubleCharges(merchant);
    expect(found).toEqual([
      {
        kind: 'same_order',
        orderReference: 'order-1',
        paymentIds: [first.id, second.id, third.id],
        requestIds: [expect.stringMatching(/^req_/), expect.stringMatching(/^req_/), expect.stringMatching(/^req_/)],
        amountAtStake: 21.5,
        currency: 'USD',
        explanation: expect.stringContaining('order-1'),
      },
    ]);
    expect(await doubleCharges(other)).toEqual([]);
  });

  it('are only payments that hold money, with what they hold', async () => {
    const merchant = await Merchant.joins(gateway);
    const order = { orderReference: 'order-2', paymentAmount: 10 };
    const change = (id: string, action: string, json: object) =>
      merchant.asks('POST', `/payments/${id}/${action}`, { json });
    const first = await merchant.receives(order);
    const failed = await gateway.request<{ id: string }>('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'x-simulate': 'generic_decline' },
      json: newCharge(order),
    });
    await sees(merchant, failed.body.id, 'failed');
    const challenged = await gateway.request<{ id: string }>('POST', '/payments/charge', {
      headers: { ...merchant.withKey, 'x-simulate': 'requires_action' },
      json: newCharge(order),
    });
    await sees(merchant, challenged.body.id, 'requires_action');
    const { id: voided } = await merchant.charges({ ...order, capture: 'manual' });
    await sees(merchant, voided, 'authorized');
    expect(await doubleCharges(merchant)).toEqual([expect.objectContaining({ amountAtStake: 10 })]);
    await change(voided, 'void', {});
    expect(await doubleCharges(merchant)).toEqual([]);
    const { id: refunded } = await merchant.receives(order);
    await change(refunded, 'refunds', { amount: 4 });
    expect(await doubleCharges(merchant)).toEqual([
      expect.objectContaining({ paymentIds: [first.id, refunded], amountAtStake: 6 }),
    ]);
    await change(refunded, 'refunds', {});
    expect(await doubleCharges(merchant)).toEqual([]);
  });

  it('are charges that were repeated without their key after the answer was lost', async () => {
    const merchant = await Merchant.joins(gateway);
    const charge = (id: string, headers: Record<string, string>, cart: string) =>
      charges(merchant, { paymentAmount: 25, metadata: { cart }, headers: { 'x-request-id': id, ...headers } });
    expect(await charge('lost-1', { 'x-fault': 'after; reset', 'idempotency-key': 'a' }, '1')).toBe('lost');
    const again = await charge('again-1', {}, '1');
    // With its key, nothing is done twice.
    expect(await charge('lost-2', { 'x-fault': 'after; reset', 'idempotency-key': 'b' }, '2')).toBe('lost');
    await charge('again-2', { 'idempotency-key': 'b' }, '2');
    const found = await eventually(
      'the payments to hold money',
      () => doubleCharges(merchant),
      ({ length }) => length > 0,
    );
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'retry_without_key',
        paymentIds: [expect.stringMatching(/^txn_/), again === 'lost' ? '' : again.body.id],
        requestIds: ['lost-1', 'again-1'],
        amountAtStake: 25,
        currency: 'USD',
      }),
    ]);
  });

  it('are keys that were used again with other parameters', async () => {
    const merchant = await Merchant.joins(gateway);
    const charge = (id: string, paymentAmount: number) =>
      charges(merchant, {
        paymentAmount,
        orderReference: 'order-3',
        headers: { 'idempotency-key': 'reused', 'x-request-id': id },
      });
    const first = await charge('one', 10);
    const refused = await charge('two', 20);
    expect(refused).toMatchObject({ status: 422 });
    await charge('three', 30);
    expect(await doubleCharges(merchant)).toEqual([
      {
        kind: 'key_reused',
        orderReference: 'order-3',
        paymentIds: [first === 'lost' ? '' : first.body.id],
        requestIds: ['one', 'two', 'three'],
        amountAtStake: 0,
        currency: 'USD',
        explanation: expect.stringContaining('Idempotency-Key'),
      },
    ]);
  });

  it('are found by an index', async () => {
    const merchant = await Merchant.joins(gateway);
    const plan = await (
      await gateway.database()
    )
      .collection('idempotency_records')
      .find({ accountId: merchant.userId, reusedBy: { $exists: true } })
      .sort({ expiresAt: -1 })
      .explain('executionStats');
    expect(JSON.stringify(plan)).toContain('accountId_1_expiresAt_-1');
  });
});
