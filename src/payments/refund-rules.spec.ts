import { describe, expect, it } from '@jest/globals';
import { APPROVED } from '../simulation/outcome.js';
import type { ChangeContext, PaymentState } from './payment-state.js';
import { refundable, decideRefundCancellation, decideRefund, decideDueRefunds } from './refund-rules.js';

const AT = new Date('2026-01-01T00:00:00Z');
const TERMS = {
  authorizationMs: 1000,
  refundMs: 2000,
  disputeMs: 500,
  reviewMs: 500,
  fees: '2.9%+30',
  settlementDays: 2,
};
const context = (at = AT): ChangeContext => {
  let ids = 1;
  return { at, cause: { by: 'request', requestId: 'req_1' }, eventId: 'evt_1', nextEventId: () => `evt_${(ids += 1)}` };
};
const payment = (overrides: Partial<PaymentState> = {}): PaymentState => ({
  status: 'completed',
  amount: 100,
  currency: 'USD',
  amountCaptured: 100,
  amountRefunded: 0,
  capture: 'automatic',
  outcome: APPROVED,
  failure: null,
  authorizationExpiresAt: null,
  refunds: [],
  ...overrides,
});
const asks = (id: string, amount: number | null) => ({
  id,
  amount,
  reason: null,
  orderReference: null,
  metadata: {},
  createdAt: AT,
});
const after = (before: PaymentState, change: { set: object }): PaymentState => ({ ...before, ...change.set });

describe('A refund', () => {
  it('that completes at once tells two things, and is over', () => {
    const { set, entries } = decideRefund(payment(), asks('ref_1', 40), context(), TERMS);
    expect(set).toMatchObject({
      status: 'completed',
      amountRefunded: 40,
      dueAt: undefined,
      refunds: [{ id: 'ref_1', amount: 40, status: 'completed', dueAt: null }],
    });
    expect(
      entries.map(({ eventId, type, from, to, amount, refundId }) => [eventId, type, from, to, amount, refundId]),
    ).toEqual([
      ['evt_1', 'refund.created', 'completed', 'completed', 40, 'ref_1'],
      ['evt_2', 'refund.completed', 'completed', 'completed', 40, 'ref_1'],
    ]);
  });

  it('of all that is left makes the payment refunded', () => {
    const part = after(payment(), decideRefund(payment(), asks('ref_1', 40), context(), TERMS));
    expect(refundable(part)).toBe(60);
    const { set, entries } = decideRefund(part, asks('ref_2', null), context(), TERMS);
    expect(set).toMatchObject({ status: 'refunded', amountRefunded: 100 });
    expect(entries.map(({ to }) => to)).toEqual(['completed', 'refunded']);
  });

  it('that is pending is due later, and can be canceled once', () => {
    const before = payment({ outcome: { ...APPROVED, refunds: 'pending' } });
    const pending = after(before, decideRefund(before, asks('ref_1', null), context(), TERMS));
    expect(pending).toMatchObject({ status: 'completed', amountRefunded: 100, dueAt: new Date(AT.getTime() + 2000) });
    expect(decideDueRefunds(pending, context()).entries).toEqual([]);
    const canceled = after(pending, decideRefundCancellation(pending, 'ref_1', context()));
    expect(canceled).toMatchObject({ status: 'completed', amountRefunded: 0, dueAt: undefined });
    expect(() => decideRefundCancellation(canceled, 'ref_1', context())).toThrow(
      expect.objectContaining({ code: 'refund_not_pending' }),
    );
    expect(() => decideRefundCancellation(canceled, 'ref_2', context())).toThrow(
      expect.objectContaining({ code: 'refund_not_pending' }),
    );
  });

  it.each([101, 1000, 0, -1])('of %d of 100 is refused', (amount) => {
    expect(() => decideRefund(payment(), asks('ref_1', amount), context(), TERMS)).toThrow(
      expect.objectContaining({ code: 'amount_too_large' }),
    );
  });

  it.each(['pending', 'requires_action', 'authorized', 'refunded', 'voided', 'failed'] as const)(
    'of a payment that is %s is refused',
    (status) => {
      expect(() => decideRefund(payment({ status }), asks('ref_1', 1), context(), TERMS)).toThrow(
        expect.objectContaining({ code: 'illegal_transition' }),
      );
    },
  );
});

describe('Refunds that are due together', () => {
  it('each tell the status of the payment after their own step', () => {
    const before = payment({ outcome: { ...APPROVED, refunds: 'fails_later' } });
    const one = after(before, decideRefund(before, asks('ref_1', 40), context(), TERMS));
    const both = after(one, decideRefund(one, asks('ref_2', null), context(), TERMS));
    expect(both.status).toBe('refunded');
    const { set, entries } = decideDueRefunds(both, context(new Date(AT.getTime() + 5000)));
    expect(entries.map(({ type, from, to, refundId }) => [type, from, to, refundId])).toEqual([
      ['refund.failed', 'refunded', 'completed', 'ref_1'],
      ['refund.failed', 'completed', 'completed', 'ref_2'],
    ]);
    expect(set).toMatchObject({ status: 'completed', amountRefunded: 0, dueAt: undefined });
  });
});
