import { describe, expect, it } from '@jest/globals';
import type { Payment } from './payment.schema.js';
import type { HistoryItem, RefundState } from './payment-state.js';
import { v1Message } from './v1-message.js';

const AT = new Date('2026-01-01T00:00:00.123Z');
const paymentTo = (webhookUrl: string | null): Payment =>
  ({ _id: 'txn_1', customerName: 'Ada', amount: 1234, currency: 'KWD', webhookUrl }) as Payment;
const payment = paymentTo('https://merchant.example/hook');
const entry = (type: HistoryItem['type'], to: HistoryItem['to']): HistoryItem => ({
  eventId: 'evt_1',
  type,
  at: AT,
  from: 'pending',
  to,
  amount: 1234,
  cause: { by: 'due_work', requestId: null },
  refundId: null,
});

describe('v1Message', () => {
  it('says what happened, with the status after it and the amount in major units', () => {
    const message = v1Message(payment, entry('payment.completed', 'completed'), null);
    expect(message?.url).toBe('https://merchant.example/hook');
    expect(message?.body).toBe(
      '{"event":"payment.completed","id":"txn_1","timestamp":"2026-01-01T00:00:00.123Z","data":{"customerName":"Ada","amount":1.234,"currency":"KWD","status":"completed"}}',
    );
  });

  it.each(['payment.created', 'dispute.created', 'dispute.closed', 'fraud_warning.created'] as const)(
    'is none for %s, which v1 does not know',
    (type) => {
      expect(v1Message(payment, entry(type, 'completed'), null)).toBeNull();
    },
  );

  it('has the refund beside it that it is about', () => {
    const refund: RefundState = {
      id: 'ref_1',
      amount: 1,
      status: 'failed',
      reason: 'private',
      orderReference: null,
      metadata: {},
      createdAt: AT,
      dueAt: null,
    };
    const message = v1Message(payment, entry('refund.failed', 'completed'), refund);
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      event: 'refund.failed',
      data: { amount: 1.234, status: 'completed', refund: { id: 'ref_1', amount: 0.001, status: 'failed' } },
    });
    expect(message?.body).not.toContain('private');
  });

  it('is none of the creation, and none without an address', () => {
    expect(v1Message(payment, entry('payment.created', 'pending'), null)).toBeNull();
    expect(v1Message(paymentTo(null), entry('payment.completed', 'completed'), null)).toBeNull();
  });
});
