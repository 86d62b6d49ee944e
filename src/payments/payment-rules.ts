import { Money } from '../platform/common/money.js';
import { availableOn } from './available-on.js';
import { decideDueDisputes } from './dispute-rules.js';
import { captureFee } from './fees.js';
import { failureOf } from '../simulation/outcome.js';
import { AmountTooLargeError } from './payment-errors.js';
import { assertAllowed, MOVES, nextStatus, type PaymentMove } from './payment-lifecycle.js';
import type { Change, ChangeContext, PaymentState, Terms } from './payment-state.js';
import { decideDueRefunds } from './refund-rules.js';

type Facts = Partial<Omit<PaymentState, 'dueAt' | 'status'>>;

function transition(
  payment: PaymentState,
  move: PaymentMove,
  amount: number,
  { at, cause, eventId }: ChangeContext,
  facts: Facts = {},
  dueAt?: Date,
): Change {
  const to = nextStatus(payment.status, move);
  return {
    set: { ...facts, status: to, dueAt },
    entries: [{ eventId, type: MOVES[move].event, at, from: payment.status, to, amount, cause, refundId: null }],
  };
}

/** The outcome takes effect: authorized, completed or failed. */
export function decideCompletion(payment: PaymentState, context: ChangeContext, terms: Terms): Change {
  const { outcome, capture, amount } = payment;
  if (outcome.result === 'declined') return transition(payment, 'fail', amount, context, { failure: outcome.failure });
  if (capture === 'manual') {
    const authorizationExpiresAt = new Date(context.at.getTime() + terms.authorizationMs);
    return transition(payment, 'authorize', amount, context, { authorizationExpiresAt }, authorizationExpiresAt);
  }
  return captured(payment, 'complete', amount, context, terms);
}

/** The payment holds the money: what the gateway takes of it, when the rest is available, what becomes of it later. */
function captured(
  payment: PaymentState,
  move: 'complete' | 'capture',
  amount: number,
  context: ChangeContext,
  { fees, settlementDays, disputeMs }: Terms,
): Change {
  const { dispute, fundsAtOnce = false } = payment.outcome;
  const disputesDueAt = dispute && new Date(context.at.getTime() + disputeMs);
  const facts = {
    amountCaptured: amount,
    fee: captureFee(amount, payment.currency, fees),
    availableOn: availableOn(context.at, fundsAtOnce ? 0 : settlementDays),
    ...(disputesDueAt && { disputesDueAt }),
  };
  return transition(payment, move, amount, context, facts, disputesDueAt);
}

/**
 * Captures `asked`, or all if that is null; once: the rest is released. Throws IllegalTransitionError,
 * AmountTooLargeError.
 */
export function decideCapture(
  payment: PaymentState,
  asked: number | null,
  context: ChangeContext,
  terms: Terms,
): Change {
  assertAllowed(payment.status, 'capture');
  const amount = asked ?? payment.amount;
  if (amount > payment.amount) throw AmountTooLargeError.ofCapture(Money.ofMinor(payment.amount, payment.currency));
  return captured(payment, 'capture', amount, context, terms);
}

/** Voids an authorization, for the merchant or because it has expired. Throws IllegalTransitionError. */
export function decideVoid(payment: PaymentState, context: ChangeContext): Change {
  assertAllowed(payment.status, 'void');
  return transition(payment, 'void', payment.amount, context);
}

/** Cancels a payment before its outcome. Throws IllegalTransitionError. */
export function decideCancel(payment: PaymentState, context: ChangeContext): Change {
  assertAllowed(payment.status, 'cancel');
  return transition(payment, 'cancel', payment.amount, context);
}

/**
 * Applies the customer's answer to a challenge; after a success the outcome takes effect. Throws
 * IllegalTransitionError.
 */
export function decideAuthentication(
  payment: PaymentState,
  succeeded: boolean,
  context: ChangeContext,
  terms: Terms,
): Change {
  assertAllowed(payment.status, 'authenticate');
  return succeeded
    ? decideCompletion(payment, context, terms)
    : authenticationFailed(payment, 'authentication_failed', context);
}

function authenticationFailed(
  payment: PaymentState,
  reason: 'authentication_failed' | 'authentication_timeout',
  context: ChangeContext,
): Change {
  return transition(payment, 'fail', payment.amount, context, { failure: failureOf(reason) });
}

/** The change that the gateway makes when a payment is due; null if there is none. */
export function decideDueChange(payment: PaymentState, context: ChangeContext, terms: Terms): Change | null {
  switch (payment.status) {
    case 'pending':
      return decideCompletion(payment, context, terms);
    case 'requires_action':
      return authenticationFailed(payment, 'authentication_timeout', context);
    case 'authorized':
      return decideVoid(payment, context);
    case 'completed':
    case 'refunded':
      return decideDueAfterCapture(payment, context);
    case 'voided':
    case 'canceled':
    case 'failed':
      return null;
  }
}

/** All that is due by now, in one change: refunds, then disputes. */
function decideDueAfterCapture(payment: PaymentState, context: ChangeContext): Change {
  const refunds = decideDueRefunds(payment, context);
  const disputes = decideDueDisputes(
    { ...payment, ...refunds.set } as PaymentState,
    refunds.entries.length === 0 ? context : { ...context, eventId: context.nextEventId() },
  );
  return { set: { ...refunds.set, ...disputes.set }, entries: [...refunds.entries, ...disputes.entries] };
}
