import { IllegalTransitionError } from './payment-errors.js';

export const PAYMENT_STATUSES = [
  'pending',
  'requires_action',
  'authorized',
  'completed',
  'refunded',
  'voided',
  'failed',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

interface Move {
  readonly from: readonly PaymentStatus[];
  readonly to: PaymentStatus;
  /** The event that says it happened. */
  readonly event: string;
}

/** Every move a payment can make; what is not listed is illegal. A refund of all that is left makes it `refunded`: see refund-rules. */
export const MOVES = {
  challenge: { from: ['pending'], to: 'requires_action', event: 'payment.requires_action' },
  authorize: { from: ['pending', 'requires_action'], to: 'authorized', event: 'payment.authorized' },
  complete: { from: ['pending', 'requires_action'], to: 'completed', event: 'payment.completed' },
  capture: { from: ['authorized'], to: 'completed', event: 'payment.completed' },
  void: { from: ['authorized'], to: 'voided', event: 'payment.voided' },
  fail: { from: ['pending', 'requires_action'], to: 'failed', event: 'payment.failed' },
  refund: { from: ['completed'], to: 'completed', event: 'refund.created' },
} as const satisfies Record<string, Move>;

export type PaymentMove = keyof typeof MOVES;

/** What the history of a payment can tell. */
export type PaymentEventType =
  'payment.created' | (typeof MOVES)[PaymentMove]['event'] | 'refund.completed' | 'refund.failed' | 'refund.canceled';

/** The moves that a payment in this status can make. */
export function allowedMoves(status: PaymentStatus): PaymentMove[] {
  return (Object.keys(MOVES) as PaymentMove[]).filter((move) => (MOVES[move] as Move).from.includes(status));
}

/** Where the move leads. Throws IllegalTransitionError where the table does not have it. */
export function nextStatus(status: PaymentStatus, move: PaymentMove): PaymentStatus {
  const { from, to }: Move = MOVES[move];
  if (!from.includes(status)) throw new IllegalTransitionError(status, move, allowedMoves(status));
  return to;
}
