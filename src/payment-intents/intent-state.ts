import type { PaymentStatus } from '../payments/payment-lifecycle.js';

export const INTENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
] as const;
export type IntentStatus = (typeof INTENT_STATUSES)[number];

export const CAPTURE_METHODS = ['automatic', 'automatic_async', 'manual'] as const;
export type CaptureMethod = (typeof CAPTURE_METHODS)[number];

export const CANCELLATION_REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'] as const;
/** `automatic`: the authorization expired. */
export type CancellationReason = (typeof CANCELLATION_REASONS)[number] | 'automatic';

/** One attempt to pay, stored before its payment is made, with all that makes the same payment again. */
export interface IntentAttempt {
  /** From 1. */
  readonly number: number;
  readonly paymentId: string;
  readonly paymentMethodId: string;
  readonly eventId: string;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  /** Where customers reach the gateway, unless PUBLIC_URL is set. */
  readonly requestBase: string;
  readonly returnUrl: string | null;
  readonly offSession: boolean;
  readonly at: Date;
}

/** What the status of an intent follows from. */
export interface IntentFacts {
  /** The method that the next attempt takes, or that the latest one took. */
  readonly paymentMethodId: string | null;
  /** The number of the attempt that the method was chosen for. */
  readonly methodFor: number;
  readonly attempt: IntentAttempt | null;
  readonly canceledAt: Date | null;
}

/** What of the latest attempt's payment decides. */
export interface AttemptOutcome {
  readonly status: PaymentStatus;
}

/** The status of an intent after its latest attempt, by the status of that attempt's payment. */
const AFTER_ATTEMPT = {
  pending: 'processing',
  requires_action: 'requires_action',
  authorized: 'requires_capture',
  completed: 'succeeded',
  refunded: 'succeeded',
  voided: 'canceled',
  canceled: 'requires_payment_method',
  failed: 'requires_payment_method',
} as const satisfies Record<PaymentStatus, IntentStatus>;

/** @param payment that of the latest attempt; null if there is none, or it is not made yet */
export function statusOf(intent: IntentFacts, payment: AttemptOutcome | null): IntentStatus {
  if (intent.canceledAt !== null) return 'canceled';
  if (intent.attempt !== null) {
    const after = payment === null ? 'processing' : AFTER_ATTEMPT[payment.status];
    if (after !== 'requires_payment_method') return after;
  }
  return nextMethodOf(intent) === null ? 'requires_payment_method' : 'requires_confirmation';
}

/** The method that the next attempt takes; null if none was chosen since the latest one. */
export function nextMethodOf({ paymentMethodId, methodFor, attempt }: IntentFacts): string | null {
  return methodFor > (attempt?.number ?? 0) ? paymentMethodId : null;
}

/** The method that an intent shows: none after a decline, until another one is chosen. */
export function shownMethodOf(intent: IntentFacts, payment: AttemptOutcome | null): string | null {
  const status = statusOf(intent, payment);
  return status === 'requires_payment_method' || (status === 'canceled' && payment?.status === 'failed')
    ? null
    : intent.paymentMethodId;
}

/** What can be done with an intent, by its status. */
const ALLOWED = {
  confirm: ['requires_payment_method', 'requires_confirmation'],
  update: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  describe: INTENT_STATUSES,
  capture: ['requires_capture'],
  cancel: ['requires_payment_method', 'requires_confirmation', 'requires_action', 'requires_capture'],
} as const satisfies Record<string, readonly IntentStatus[]>;

export type IntentAction = keyof typeof ALLOWED;

export function isAllowed(status: IntentStatus, action: IntentAction): boolean {
  const allowed: readonly IntentStatus[] = ALLOWED[action];
  return allowed.includes(status);
}
