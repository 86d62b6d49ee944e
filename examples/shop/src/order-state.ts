import type { Payment, Refund } from 'mock-payment-gateway/client';

/** What the shop knows of a payment. */
export interface KnownPayment {
  readonly id: string;
  readonly status: Payment['status'];
  /** Why it failed, for the customer. */
  readonly failure: string | null;
  /** Where the customer has to authenticate. */
  readonly actionUrl: string | null;
}

/** What the shop knows of a refund. */
export interface KnownRefund {
  readonly id: string;
  readonly status: Refund['status'];
}

export type OrderState =
  'unconfirmed' | 'authentication' | 'declined' | 'expired' | 'authorized' | 'shipped' | 'refunding' | 'refunded';

/** How far a payment is. A payment only moves forward; its refunds are kept apart. */
const PROGRESS: Readonly<Record<Payment['status'], number>> = {
  pending: 0,
  requires_action: 1,
  authorized: 2,
  failed: 3,
  canceled: 3,
  voided: 3,
  completed: 3,
  refunded: 3,
};

const REFUND_PROGRESS: Readonly<Record<Refund['status'], number>> = {
  pending: 0,
  completed: 1,
  failed: 2,
  canceled: 2,
};

/** Whether news of a payment go beyond what is known. Answers and webhooks arrive in any order. */
export function isFurther(news: Payment['status'], known: Payment['status']): boolean {
  return PROGRESS[news] > PROGRESS[known];
}

export function isRefundFurther(news: Refund['status'], known: Refund['status']): boolean {
  return REFUND_PROGRESS[news] > REFUND_PROGRESS[known];
}

/** Whether a payment holds no money, and never will. */
export function hasEnded({ status }: KnownPayment): boolean {
  return status === 'failed' || status === 'canceled' || status === 'voided';
}

/** The payment that counts for an order: the one that holds money or still can, or else the latest. */
export function currentPayment(payments: readonly KnownPayment[]): KnownPayment | undefined {
  return payments.find((payment) => !hasEnded(payment)) ?? payments.at(-1);
}

/**
 * The state of an order. It is not stored: it follows from its payments and their refunds.
 *
 * @param attempts how often the shop asked the gateway for a payment; what is not known of the last one is not known
 */
export function stateOf(
  attempts: number,
  payments: readonly KnownPayment[],
  refunds: readonly KnownRefund[],
): OrderState {
  const payment = currentPayment(payments);
  if (payment && hasEnded(payment) && payments.length < attempts) return 'unconfirmed';
  switch (payment?.status) {
    case undefined:
    case 'pending':
      return 'unconfirmed';
    case 'requires_action':
      return 'authentication';
    case 'failed':
    case 'canceled':
      return 'declined';
    case 'voided':
      return 'expired';
    case 'authorized':
      return 'authorized';
    case 'completed':
    case 'refunded':
      if (refunds.some(({ status }) => status === 'completed')) return 'refunded';
      return refunds.some(({ status }) => status === 'pending') ? 'refunding' : 'shipped';
  }
}
