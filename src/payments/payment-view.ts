import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { Failure } from '../simulation/outcome.js';
import type { Payment } from './payment.schema.js';
import type { PaymentStatus } from './payment-lifecycle.js';
import type { CaptureMode, RefundState, RefundStatus } from './payment-state.js';

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
  /** When it was last changed. */
  readonly updatedAt: Date;
  readonly capture: CaptureMode;
  readonly amountCaptured: number;
  readonly amountRefunded: number;
  readonly failure: Failure | null;
  /** When the authorization is voided unless it is captured; null if the payment was not authorized. */
  readonly authorizationExpiresAt: Date | null;
  /** Why the authorization was voided; null if it was not. */
  readonly voidReason: VoidReason | null;
  /** What the customer has to do, while the status is `requires_action`. */
  readonly nextAction: NextAction | null;
  readonly paymentMethod: { readonly id: string; readonly brand: string; readonly last4: string } | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The checkout session on whose page the customer paid; null if there was none. */
  readonly checkoutSessionId: string | null;
}

export interface NextAction {
  readonly type: 'redirect';
  readonly url: string;
  /** When the payment fails unless the customer has authenticated. */
  readonly expiresAt: Date | null;
}

export const VOID_REASONS = ['requested', 'expired'] as const;
export type VoidReason = (typeof VOID_REASONS)[number];

/** Why a refund failed. */
export interface RefundFailure {
  readonly code: string;
  readonly message: string;
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
  readonly failure: RefundFailure | null;
  readonly createdAt: Date;
}

export function paymentView(payment: Payment): PaymentView {
  const { currency, details, status } = payment;
  const major = (minor: number): number => Money.ofMinor(minor, currency).major;
  return {
    id: publicId(payment._id),
    ownerId: publicId(payment.accountId),
    customerName: payment.customerName,
    amount: major(payment.amount),
    currency,
    details: details ?? 'No details provided',
    status,
    webhookUrl: payment.webhookUrl,
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
    capture: payment.capture,
    amountCaptured: major(payment.amountCaptured),
    amountRefunded: major(payment.amountRefunded),
    failure: payment.failure,
    authorizationExpiresAt: payment.authorizationExpiresAt,
    voidReason: voidReasonOf(payment),
    nextAction: status === 'requires_action' ? nextActionOf(payment) : null,
    paymentMethod: payment.paymentMethod,
    orderReference: payment.orderReference,
    metadata: payment.metadata,
    checkoutSessionId: payment.checkoutSessionId ?? null,
  };
}

/** The challenge that the payment was made with; null if there was none. */
export function nextActionOf({ challengeUrl, challengeExpiresAt }: Payment): NextAction | null {
  return challengeUrl === null ? null : { type: 'redirect', url: challengeUrl, expiresAt: challengeExpiresAt };
}

function voidReasonOf({ status, history }: Payment): VoidReason | null {
  if (status !== 'voided') return null;
  const voided = history.find(({ type }) => type === 'payment.voided');
  return voided ? (voided.cause.by === 'request' ? 'requested' : 'expired') : null;
}

/** The only reason for which refunds fail here: a test card asks for it. */
const REFUND_FAILURE: RefundFailure = {
  code: 'refund_declined',
  message: "The card's issuer did not accept the refund; its amount can be refunded again.",
};

/** What a view needs of a refund: a copy in the list of refunds, or the refund inside its payment. */
type ShownRefund = Pick<RefundState, 'amount' | 'status' | 'reason' | 'orderReference' | 'metadata' | 'createdAt'> & {
  readonly _id: string;
  readonly paymentId: string;
  readonly currency: string;
};

export function refundView(refund: ShownRefund): RefundView {
  const { _id, paymentId, amount, currency, status, reason, orderReference, metadata, createdAt } = refund;
  const major = Money.ofMinor(amount, currency).major;
  return {
    id: publicId(_id),
    paymentId: publicId(paymentId),
    amount: major,
    currency,
    status,
    reason,
    orderReference,
    metadata,
    failure: status === 'failed' ? REFUND_FAILURE : null,
    createdAt,
  };
}
