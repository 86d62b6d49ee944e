import { describe, expect, it } from '@jest/globals';
import {
  allowedActions,
  assertAllowed,
  MOVES,
  nextStatus,
  PAYMENT_STATUSES,
  type PaymentAction,
  type PaymentMove,
  type PaymentStatus,
} from './payment-lifecycle.js';

/** The table of the design, written a second time: move, from, to, event. */
const TABLE: readonly (readonly [PaymentMove, PaymentStatus, PaymentStatus, string])[] = [
  ['challenge', 'pending', 'requires_action', 'payment.requires_action'],
  ['authorize', 'pending', 'authorized', 'payment.authorized'],
  ['authorize', 'requires_action', 'authorized', 'payment.authorized'],
  ['complete', 'pending', 'completed', 'payment.completed'],
  ['complete', 'requires_action', 'completed', 'payment.completed'],
  ['capture', 'authorized', 'completed', 'payment.completed'],
  ['void', 'authorized', 'voided', 'payment.voided'],
  ['cancel', 'pending', 'canceled', 'payment.canceled'],
  ['cancel', 'requires_action', 'canceled', 'payment.canceled'],
  ['fail', 'pending', 'failed', 'payment.failed'],
  ['fail', 'requires_action', 'failed', 'payment.failed'],
  ['create_refund', 'completed', 'completed', 'refund.created'],
  ['complete_refund', 'completed', 'completed', 'refund.completed'],
  ['complete_refund', 'completed', 'refunded', 'refund.completed'],
  ['cancel_refund', 'completed', 'completed', 'refund.canceled'],
  ['fail_refund', 'completed', 'completed', 'refund.failed'],
  ['fail_refund', 'refunded', 'completed', 'refund.failed'],
];

/** What a merchant can ask for, by status. */
const ALLOWED: Readonly<Record<PaymentStatus, readonly PaymentAction[]>> = {
  pending: ['cancel'],
  requires_action: ['authenticate', 'cancel'],
  authorized: ['capture', 'void'],
  completed: ['refunds'],
  refunded: [],
  voided: [],
  canceled: [],
  failed: [],
};

const moves = [...new Set(TABLE.map(([move]) => move))];
const actions = ['authenticate', 'capture', 'void', 'cancel', 'refunds'] as const;
const rows = moves.flatMap((move) =>
  PAYMENT_STATUSES.flatMap((from) => PAYMENT_STATUSES.map((to) => [move, from, to] as const)),
);
const isLegal = ([move, from, to]: readonly [PaymentMove, PaymentStatus, PaymentStatus]): boolean =>
  TABLE.some((row) => row[0] === move && row[1] === from && row[2] === to);

describe('A payment', () => {
  it.each(TABLE)('can make the move %s from %s to %s', (move, from, to, event) => {
    expect(nextStatus(from, move, to)).toBe(to);
    expect(MOVES[move].event).toBe(event);
  });

  it.each(rows.filter((row) => !isLegal(row)))('cannot make the move %s from %s to %s', (move, from, to) => {
    expect(() => nextStatus(from, move, to)).toThrow(`No ${move} from ${from} to ${to}.`);
  });

  it('cannot make a move whose name an object inherits', () => {
    expect(() => nextStatus('pending', 'toString' as PaymentMove, 'completed')).toThrow();
  });

  it.each(PAYMENT_STATUSES)('that is %s says what can be asked of it', (status) => {
    expect(allowedActions(status).sort()).toEqual([...ALLOWED[status]].sort());
    for (const action of ALLOWED[status])
      expect(() => {
        assertAllowed(status, action);
      }).not.toThrow();
  });

  it.each(
    PAYMENT_STATUSES.flatMap((status) =>
      actions.filter((action) => !ALLOWED[status].includes(action)).map((action) => [status, action] as const),
    ),
  )('that is %s refuses %s; the refusal names the status and what is allowed', (status, action) => {
    const refuse = (): void => {
      assertAllowed(status, action);
    };
    expect(refuse).toThrow(expect.objectContaining({ code: 'illegal_transition' }));
    expect(refuse).toThrow(` ${status} payment can't be `);
    expect(refuse).toThrow(`allowed: ${ALLOWED[status].join(', ') || 'nothing'}.`);
  });
});
