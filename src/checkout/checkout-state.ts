import type { NewIntent } from '../payment-intents/payment-intents.service.js';
import type { CaptureMode } from '../payments/payment-state.js';
import type { PaymentStatus } from '../payments/payment-lifecycle.js';

export const CHECKOUT_STATUSES = ['open', 'completed', 'expired'] as const;
export type CheckoutStatus = (typeof CHECKOUT_STATUSES)[number];

/** How a customer pays: with a test card, or on one of the pages that stand in for a wallet and a bank. */
export const CHECKOUT_METHODS = ['card', 'wallet', 'bank'] as const;
export type CheckoutMethod = (typeof CHECKOUT_METHODS)[number];
export type StandInMethod = Exclude<CheckoutMethod, 'card'>;

/**
 * `making`: its payment may not be stored yet. `made`: its payment is stored and has no outcome yet. `failed` and
 * `paid` are final.
 */
export const ATTEMPT_STATES = ['making', 'made', 'failed', 'paid'] as const;
export type AttemptState = (typeof ATTEMPT_STATES)[number];

export const CHECKOUT_EVENTS = [
  'checkout.session.completed',
  'checkout.session.expired',
  'checkout.session.abandoned',
] as const;
export type CheckoutEventType = (typeof CHECKOUT_EVENTS)[number];

/** Something that is bought. */
export interface LineItem {
  readonly name: string;
  /** Of one, in minor units. */
  readonly amount: number;
  readonly quantity: number;
}

/** The payment intent that the payments of a session are attempts of: all that makes it besides the order. */
export interface SessionIntent extends Omit<
  NewIntent,
  'amount' | 'currency' | 'paymentMethodId' | 'checkoutSessionId'
> {
  /** Of the customer, for the payment methods that the page makes; null if it is not known. */
  readonly email: string | null;
}

/** All that is needed to make the payment of an attempt, also again after a crash. */
export interface AttemptOrder {
  readonly method: CheckoutMethod;
  readonly customerName: string;
  /** The ready-made token of the test card; null if it is no card. */
  readonly testToken: string | null;
  /** The outcome that the customer chose on a page that stands in for a wallet or a bank; null for a card. */
  readonly simulate: string | null;
  /** Where the customer's browser reaches the gateway. */
  readonly requestBase: string;
  /** The stored id of the merchant's own payment method, in place of a test card. */
  readonly paymentMethodId?: string;
}

/** One try of the customer to pay. Each has a payment of its own. */
export interface CheckoutAttempt extends AttemptOrder {
  /** 1 for the first one. */
  readonly number: number;
  readonly state: AttemptState;
  readonly paymentId: string;
  /** Of `payment.created`. */
  readonly eventId: string;
  readonly requestId: string;
  /** The status of its payment when the attempt was changed last; null while it is being made. */
  readonly paymentStatus: PaymentStatus | null;
  /** Why it failed, for the customer; null if it did not. */
  readonly failure: string | null;
}

/** Something that merchants are told of, stored by the same write that made it so. */
export interface CheckoutHistoryItem {
  readonly eventId: string;
  readonly type: CheckoutEventType;
  readonly at: Date;
  readonly requestId: string | null;
  /** How many attempts there were by then. */
  readonly attempts: number;
  /** As they were then. */
  readonly status: CheckoutStatus;
  readonly paymentId: string | null;
  readonly paymentStatus: PaymentStatus | null;
}

/** What the rules of checkout sessions read and change. */
export interface CheckoutState {
  readonly status: CheckoutStatus;
  readonly capture: CaptureMode;
  /** The latest attempt; null if there was none. */
  readonly attempt: CheckoutAttempt | null;
  /** What its payments are attempts of; not set if each stands alone. */
  readonly intent?: SessionIntent;
  /** The stored id of that intent; not set before it is made. */
  readonly paymentIntentId?: string;
  readonly expiresAt: Date;
  readonly completedAt: Date | null;
  readonly expiredAt: Date | null;
  readonly history: readonly CheckoutHistoryItem[];
  /** When it expires by itself; not set if that waits for the outcome of an attempt, or if it is not open. */
  readonly dueAt?: Date;
}

/** New values, and the history entries that belong to them: one write. */
export interface CheckoutChange {
  readonly set: Partial<Pick<CheckoutState, 'status' | 'attempt' | 'completedAt' | 'expiredAt' | 'paymentIntentId'>>;
  /** Whether it does not expire by itself any more. */
  readonly endsDue: boolean;
  readonly entries: readonly CheckoutHistoryItem[];
}
