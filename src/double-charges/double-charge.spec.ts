import { describe, expect, it } from '@jest/globals';
import { type ChargedPayment, keyReused, retryWithoutKey, sameOrder } from './double-charge.js';

const payment = (n: number, overrides: Partial<ChargedPayment> = {}): ChargedPayment => ({
  _id: `txn_${n}~k3.a1`,
  status: 'completed',
  amount: 1000 + n,
  amountCaptured: 1000 + n,
  amountRefunded: 0,
  currency: 'USD',
  orderReference: 'order-1',
  history: [{ cause: { requestId: `req_${n}` } }],
  refunds: [],
  ...overrides,
});
const request = {
  operation: 'charge',
  requestId: 'req_1',
  objectId: 'txn_1',
  repeatedBy: 'req_2',
  repeatedObjectId: 'txn_2',
  repeatedWith: 'no_key',
};

describe('A double charge', () => {
  it('of an order is all but its first payment', () => {
    expect(sameOrder([payment(1), payment(2), payment(3)])).toMatchObject({
      kind: 'same_order',
      orderReference: 'order-1',
      paymentIds: ['txn_1', 'txn_2', 'txn_3'],
      requestIds: ['req_1', 'req_2', 'req_3'],
      amountAtStake: 20.05,
      currency: 'USD',
    });
    expect(sameOrder([payment(1)])).toBeNull();
  });

  it('puts at stake what the payments hold: authorized, or captured and not refunded', () => {
    const authorized = payment(2, { status: 'authorized', amountCaptured: 0 });
    const partlyRefunded = payment(3, { amountCaptured: 900, amountRefunded: 400 });
    expect(sameOrder([payment(1), authorized, partlyRefunded])).toMatchObject({ amountAtStake: 15.02 });
  });

  it('by a retry is the second payment', () => {
    expect(retryWithoutKey(request, [payment(1), payment(2)])).toMatchObject({
      kind: 'retry_without_key',
      paymentIds: ['txn_1', 'txn_2'],
      requestIds: ['req_1', 'req_2'],
      amountAtStake: 10.02,
    });
    expect(retryWithoutKey(request, [payment(1)])).toBeNull();
  });

  it('of a refund is the second refund', () => {
    const refunded = payment(1, { refunds: [{ id: 'ref_2~k3.a1', amount: 250 }] });
    const refund = { ...request, operation: 'createRefund', objectId: 'ref_1', repeatedObjectId: 'ref_2' };
    expect(retryWithoutKey(refund, [refunded])).toMatchObject({ paymentIds: ['txn_1'], amountAtStake: 2.5 });
    expect(retryWithoutKey(refund, [])).toBeNull();
  });

  it('does not happen where a key was reused, which is said nevertheless', () => {
    expect(keyReused(['req_2'], payment(1))).toMatchObject({
      paymentIds: ['txn_1'],
      requestIds: ['req_1', 'req_2'],
      amountAtStake: 0,
    });
    expect(keyReused(['req_2', 'req_3'], null)).toMatchObject({ paymentIds: [], currency: null });
  });
});
