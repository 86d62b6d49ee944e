import { Money } from '../platform/common/money.js';
import type { Failure } from '../simulation/outcome.js';
import type { Payment } from './payment.schema.js';
import type { PaymentStatus } from './payment-lifecycle.js';
import type { RefundState, RefundStatus } from './payment-state.js';

/** A payment as the API and events show it. All amounts in major units of the currency. */
export interface PaymentView {
  readonly id: string;
  readonly ownerId: string;
  readonly customerName: string;
  readonly amount: number;
  readonly currency: string;
  readonly details: string;
  readonly status: PaymentStatus;
  readonly webhookUrl: string | null;
  readonly createdAt: Date;
  readonly capture: 'automatic' | 'manual';
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly failure: Failure | null;
  /** What the customer has to do, while the status is `requires_action`. */
  readonly nextAction: NextAction | null;
  readonly paymentMethod: { readonly id: string; readonly brand: string; readonly last4: string } | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface NextAction {
  readonly type: 'redirect';
  readonly url: string;
}

/** A refund as the API and events show it. */
export interface RefundView {
  readonly id: string;
  readonly paymentId: string;
  /** In major units of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly status: RefundStatus;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

export function paymentView(payment: Payment): PaymentView {
  const { currency, details, status } = payment;
  const major = (minor: number): number => Money.ofMinor(minor, currency).major;
  return {
    id: payment._id,
    ownerId: payment.accountId,
    customerName: payment.customerName,
    amount: major(payment.amount),
    currency,
    details: details ?? 'No details provided',
    status,
    webhookUrl: payment.webhookUrl,
    createdAt: payment.createdAt,
    capture: payment.capture,
    amountCaptured: major(payment.amountCaptured),
    amountRefunded: major(payment.amountRefunded),
    failure: payment.failure,
    nextAction: status === 'requires_action' ? nextActionOf(payment) : null,
    paymentMethod: payment.paymentMethod,
    orderReference: payment.orderReference,
    metadata: payment.metadata,
  };
}

/** The challenge that the payment was made with; null if there was none. */
export function nextActionOf({ challengeUrl }: Pick<Payment, 'challengeUrl'>): NextAction | null {
  return challengeUrl === null ? null : { type: 'redirect', url: challengeUrl };
}

/** What a view needs of a refund: a copy in the list of refunds, or the refund inside its payment. */
type ShownRefund = Pick<RefundState, 'amount' | 'status' | 'reason' | 'orderReference' | 'metadata' | 'createdAt'> & {
  readonly _id: string;
  readonly paymentId: string;
  readonly currency: string;
};

export function refundView(refund: ShownRefund): RefundView {
  const { _id, paymentId, amount, currency, status, reason, orderReference, metadata, createdAt } = refund;
  const major = Money.ofMinor(amount, currency).major;
  return { id: _id, paymentId, amount: major, currency, status, reason, orderReference, metadata, createdAt };
}
