import { describe, expect, it } from '@jest/globals';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payments/payment-lifecycle.js';
import {
  INTENT_STATUSES,
  type IntentAttempt,
  type IntentFacts,
  isAllowed,
  nextMethodOf,
  shownMethodOf,
  statusOf,
} from './intent-state.js';

const attempt: IntentAttempt = {
  number: 1,
  paymentId: 'txn_1',
  paymentMethodId: 'pm_1',
  eventId: 'evt_1',
  requestId: 'req_1',
  idempotencyKey: null,
  requestBase: 'http://127.0.0.1',
  returnUrl: null,
  offSession: false,
  at: new Date(0),
};
const fresh: IntentFacts = { paymentMethodId: null, methodFor: 0, attempt: null, canceledAt: null };
const tried: IntentFacts = { paymentMethodId: 'pm_1', methodFor: 1, attempt, canceledAt: null };

describe('The status of an intent', () => {
  it('before any attempt follows from its method', () => {
    expect(statusOf(fresh, null)).toBe('requires_payment_method');
    expect(statusOf({ ...fresh, paymentMethodId: 'pm_1', methodFor: 1 }, null)).toBe('requires_confirmation');
  });

  it.each<[PaymentStatus, string]>([
    ['pending', 'processing'],
    ['requires_action', 'requires_action'],
    ['authorized', 'requires_capture'],
    ['completed', 'succeeded'],
    ['refunded', 'succeeded'],
    ['voided', 'canceled'],
    ['canceled', 'requires_payment_method'],
    ['failed', 'requires_payment_method'],
  ])('after a payment that is %s is %s', (status, expected) => {
    expect(statusOf(tried, { status })).toBe(expected);
  });

  it('is processing while the payment of its attempt is not made yet', () => {
    expect(statusOf(tried, null)).toBe('processing');
  });

  it('after a decline waits for another method, and then for its confirmation', () => {
    const declined = { status: 'failed' } as const;
    expect([nextMethodOf(tried), shownMethodOf(tried, declined)]).toEqual([null, null]);
    const again = { ...tried, paymentMethodId: 'pm_2', methodFor: 2 };
    expect([statusOf(again, declined), shownMethodOf(again, declined)]).toEqual(['requires_confirmation', 'pm_2']);
  });

  it('is canceled for good', () => {
    for (const status of PAYMENT_STATUSES)
      expect(statusOf({ ...tried, canceledAt: new Date(0) }, { status })).toBe('canceled');
  });

  it('allows nothing at its end', () => {
    const ends = INTENT_STATUSES.filter(
      (status) => !(['confirm', 'update', 'capture', 'cancel'] as const).some((action) => isAllowed(status, action)),
    );
    expect(ends).toEqual(['processing', 'canceled', 'succeeded']);
  });
});
