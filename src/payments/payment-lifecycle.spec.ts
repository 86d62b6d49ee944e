import { describe, expect, it } from '@jest/globals';
import {
  allowedMoves,
  MOVES,
  nextStatus,
  PAYMENT_STATUSES,
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
  ['fail', 'pending', 'failed', 'payment.failed'],
  ['fail', 'requires_action', 'failed', 'payment.failed'],
  ['refund', 'completed', 'completed', 'refund.created'],
];

const moves = [...new Set(TABLE.map(([move]) => move))];
const legal = (from: PaymentStatus, move: PaymentMove) =>
  TABLE.find(([name, status]) => name === move && status === from);

describe('A payment', () => {
  it.each(TABLE)('can %s when it is %s, and is %s then', (move, from, to, event) => {
    expect(nextStatus(from, move)).toBe(to);
    expect(MOVES[move].event).toBe(event);
  });

  it.each(
    PAYMENT_STATUSES.flatMap((from) => moves.filter((move) => !legal(from, move)).map((move) => [from, move] as const)),
  )('that is %s cannot %s; the refusal names the state and what is allowed', (from, move) => {
    const refuse = (): unknown => nextStatus(from, move);
    expect(refuse).toThrow(expect.objectContaining({ code: 'illegal_transition' }));
    expect(refuse).toThrow(from);
    for (const allowed of moves.filter((other) => legal(from, other))) expect(refuse).toThrow(allowed);
  });

  it.each(PAYMENT_STATUSES)('that is %s is told the moves that it can make', (from) => {
    expect(allowedMoves(from).sort()).toEqual(moves.filter((move) => legal(from, move)).sort());
  });

  it.each(['voided', 'failed', 'refunded'] as const)('that is %s can make no move at all', (from) => {
    expect(allowedMoves(from)).toEqual([]);
  });

  it('is told the name of no move that an object inherits', () => {
    expect(() => nextStatus('pending', 'toString' as PaymentMove)).toThrow();
  });
});
