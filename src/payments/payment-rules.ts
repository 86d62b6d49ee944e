import { failureOf } from '../simulation/outcome.js';
import { IllegalTransitionError } from './payment-errors.js';
import { allowedMoves, MOVES, nextStatus, type PaymentMove } from './payment-lifecycle.js';
import type { Change, Moment, PaymentState, Waits } from './payment-state.js';
import { settleDueRefunds } from './refund-rules.js';

type Facts = Partial<Omit<PaymentState, 'dueAt' | 'status'>>;

function moved(
  payment: PaymentState,
  move: PaymentMove,
  amount: number,
  { at, cause, eventId }: Moment,
  facts: Facts = {},
  dueAt?: Date,
): Change {
  const to = nextStatus(payment.status, move);
  return {
    set: { ...facts, status: to, dueAt },
    entries: [{ eventId, type: MOVES[move].event, at, from: payment.status, to, amount, cause, refundId: null }],
  };
}

/** The outcome comes about: authorized, completed or failed. Throws IllegalTransitionError. */
export function settle(payment: PaymentState, moment: Moment, { authorizationMs }: Waits): Change {
  const { outcome, capture, amount } = payment;
  if (outcome.result === 'declined') return moved(payment, 'fail', amount, moment, { failure: outcome.failure });
  if (capture === 'manual')
    return moved(payment, 'authorize', amount, moment, {}, new Date(moment.at.getTime() + authorizationMs));
  return moved(payment, 'complete', amount, moment, { amountCaptured: amount });
}

/** Whole or in part, once: the rest is released. Throws IllegalTransitionError; the amount is checked by the caller. */
export function captured(payment: PaymentState, amount: number, moment: Moment): Change {
  return moved(payment, 'capture', amount, moment, { amountCaptured: amount });
}

/** By the merchant, or because the authorization expires. Throws IllegalTransitionError. */
export function voided(payment: PaymentState, moment: Moment): Change {
  return moved(payment, 'void', payment.amount, moment);
}

/** What the customer did when asked to authenticate; success lets the outcome come about. Throws IllegalTransitionError. */
export function authenticated(payment: PaymentState, succeeded: boolean, moment: Moment, waits: Waits): Change {
  if (payment.status !== 'requires_action')
    throw new IllegalTransitionError(payment.status, 'authenticate', allowedMoves(payment.status));
  return succeeded ? settle(payment, moment, waits) : authenticationFailed(payment, 'authentication_failed', moment);
}

function authenticationFailed(
  payment: PaymentState,
  reason: 'authentication_failed' | 'authentication_timeout',
  moment: Moment,
): Change {
  return moved(payment, 'fail', payment.amount, moment, { failure: failureOf(reason) });
}

/** What the gateway itself does when a payment is due, by its status; null where that is nothing. */
export function dueChange(payment: PaymentState, moment: Moment, waits: Waits): Change | null {
  switch (payment.status) {
    case 'pending':
      return settle(payment, moment, waits);
    case 'requires_action':
      return authenticationFailed(payment, 'authentication_timeout', moment);
    case 'authorized':
      return voided(payment, moment);
    case 'completed':
    case 'refunded':
      return settleDueRefunds(payment, moment);
    case 'voided':
    case 'failed':
      return null;
  }
}
