import type { PaymentStatus } from '../payments/payment-lifecycle.js';
import type {
  CheckoutAttempt,
  CheckoutChange,
  CheckoutEventType,
  CheckoutHistoryItem,
  CheckoutState,
} from './checkout-state.js';

/** How often a customer can try to pay in one session. */
export const MAX_ATTEMPTS = 50;

/** The time, cause and ids of a change, which rules are given from outside. */
export interface CheckoutContext {
  /** By the account's clock. */
  readonly at: Date;
  readonly eventId: string;
  readonly requestId: string | null;
}

/** What became of the payment of an attempt. */
export interface PaymentOutcome {
  readonly paymentId: string;
  readonly status: PaymentStatus;
  /** The customer is done, although the payment is pending: it has no outcome for now. */
  readonly staysPending: boolean;
  /** For the customer; null if it did not fail. */
  readonly failure: string | null;
}

/** Whether the latest attempt has no outcome yet. */
export function isInProgress({ attempt }: Pick<CheckoutState, 'attempt'>): boolean {
  return attempt !== null && (attempt.state === 'making' || attempt.state === 'made');
}

/** The number that the next attempt has. A form carries it, so that sending the form twice pays once. */
export function nextAttempt({ attempt }: Pick<CheckoutState, 'attempt'>): number {
  return (attempt?.number ?? 0) + 1;
}

/** Whether the attempt of this number may begin now. */
export function mayBegin(session: CheckoutState, number: number, now: Date): boolean {
  return (
    session.status === 'open' &&
    !isInProgress(session) &&
    number === nextAttempt(session) &&
    number <= MAX_ATTEMPTS &&
    now < session.expiresAt
  );
}

/** A new attempt begins. Null if it may not. */
export function decideAttempt(
  session: CheckoutState,
  attempt: Omit<CheckoutAttempt, 'state' | 'paymentStatus' | 'failure'>,
  now: Date,
): CheckoutChange | null {
  if (!mayBegin(session, attempt.number, now)) return null;
  return {
    set: {
      attempt: { ...attempt, state: 'making', paymentStatus: null, failure: null },
      ...(session.intent && { paymentIntentId: session.paymentIntentId ?? intentIdOf(attempt.paymentId) }),
    },
    endsDue: false,
    entries: [],
  };
}

/** The id of the intent that is made with its first payment. */
function intentIdOf(paymentId: string): string {
  return paymentId.replace(/^txn_/, 'pi_');
}

/**
 * The payment of the latest attempt is stored, and may have an outcome. Null if that changes nothing.
 *
 * A session whose time is up while the customer pays waits for this outcome: it is completed, or expires now.
 */
export function decideOutcome(
  session: CheckoutState,
  outcome: PaymentOutcome,
  context: CheckoutContext,
): CheckoutChange | null {
  const { attempt } = session;
  if (session.status !== 'open' || !attempt || !isInProgress(session) || attempt.paymentId !== outcome.paymentId)
    return null;
  const { status, staysPending, failure } = outcome;
  switch (status) {
    case 'pending':
    case 'requires_action':
      if (status === 'pending' && staysPending) return complete(session, attempt, status, context);
      return attempt.state === 'made'
        ? null
        : { set: { attempt: { ...attempt, state: 'made', paymentStatus: status } }, endsDue: false, entries: [] };
    case 'failed':
    case 'canceled': {
      const ended = { ...attempt, state: 'failed', paymentStatus: status, failure } as const;
      if (context.at < session.expiresAt && session.dueAt !== undefined)
        return { set: { attempt: ended }, endsDue: false, entries: [] };
      return expire(session, ended, context);
    }
    case 'authorized':
    case 'completed':
    case 'refunded':
    case 'voided':
      return complete(session, attempt, status, context);
  }
}

function complete(
  session: CheckoutState,
  attempt: CheckoutAttempt,
  paymentStatus: PaymentStatus,
  context: CheckoutContext,
): CheckoutChange {
  const paid = { ...attempt, state: 'paid', paymentStatus } as const;
  const set = { status: 'completed', attempt: paid, completedAt: context.at } as const;
  return { set, endsDue: true, entries: [entry({ ...session, ...set }, 'checkout.session.completed', context)] };
}

function expire(session: CheckoutState, attempt: CheckoutAttempt | null, context: CheckoutContext): CheckoutChange {
  const set = { status: 'expired', attempt, expiredAt: context.at } as const;
  return { set, endsDue: true, entries: [entry({ ...session, ...set }, 'checkout.session.expired', context)] };
}

/**
 * The session expires, for the merchant or because its time is up. An attempt that has begun may still succeed, so the
 * session waits for its outcome. Null if it is not open.
 */
export function decideExpiry(session: CheckoutState, context: CheckoutContext): CheckoutChange | null {
  if (session.status !== 'open') return null;
  if (isInProgress(session)) return { set: {}, endsDue: true, entries: [] };
  return expire(session, session.attempt, context);
}

/**
 * The customer leaves without paying; the session stays open. Null if the merchant knows that already: it is told once,
 * and again only after another attempt.
 */
export function decideAbandonment(session: CheckoutState, context: CheckoutContext): CheckoutChange | null {
  if (!mayAbandon(session)) return null;
  return { set: {}, endsDue: false, entries: [entry(session, 'checkout.session.abandoned', context)] };
}

/** Whether the merchant is told that the customer leaves. */
export function mayAbandon({ status, attempt, history }: CheckoutState): boolean {
  const attempts = attempt?.number ?? 0;
  return (
    status === 'open' &&
    !history.some((item) => item.type === 'checkout.session.abandoned' && item.attempts === attempts)
  );
}

function entry(
  { status, attempt }: CheckoutState,
  type: CheckoutEventType,
  { at, eventId, requestId }: CheckoutContext,
): CheckoutHistoryItem {
  return {
    eventId,
    type,
    at,
    requestId,
    attempts: attempt?.number ?? 0,
    status,
    paymentId: attempt?.paymentId ?? null,
    paymentStatus: attempt?.paymentStatus ?? null,
  };
}

/** Where the customer is, so which page is shown. */
export type CheckoutPlace = 'form' | 'authentication' | 'processing' | 'receipt' | 'expired' | 'exhausted';

/** @param paymentStatus of the latest attempt's payment; null if there is none */
export function placeOf(session: CheckoutState, paymentStatus: PaymentStatus | null, now: Date): CheckoutPlace {
  if (session.status === 'completed') return 'receipt';
  if (session.status === 'expired') return 'expired';
  if (isInProgress(session)) return paymentStatus === 'requires_action' ? 'authentication' : 'processing';
  if (now >= session.expiresAt) return 'expired';
  return nextAttempt(session) > MAX_ATTEMPTS ? 'exhausted' : 'form';
}
