import type { PaymentStatus } from '../payments/payment-lifecycle.js';
import type { CaptureMode } from '../payments/payment-state.js';
import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { CheckoutSession } from './checkout-session.schema.js';
import type { CheckoutHistoryItem, CheckoutStatus, LineItem } from './checkout-state.js';

/** A checkout session as the API and events show it. All amounts in major units of the currency. */
export interface CheckoutView {
  readonly id: string;
  readonly url: string;
  readonly status: CheckoutStatus;
  /** The payment of the latest attempt. */
  readonly paymentId: string | null;
  readonly paymentStatus: PaymentStatus | null;
  readonly amount: number;
  readonly currency: string;
  readonly lineItems: readonly LineItem[];
  readonly customerName: string | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly orderReference: string | null;
  readonly capture: CaptureMode;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly completedAt: Date | null;
  readonly expiredAt: Date | null;
}

/** @param paymentStatus the status of the latest attempt's payment; null if there is none */
export function checkoutView(session: CheckoutSession, paymentStatus: PaymentStatus | null): CheckoutView {
  const { currency, attempt } = session;
  const major = (minor: number): number => Money.ofMinor(minor, currency).major;
  return {
    id: publicId(session._id),
    url: session.url,
    status: session.status,
    paymentId: attempt && attempt.state !== 'making' ? publicId(attempt.paymentId) : null,
    paymentStatus,
    amount: major(session.amount),
    currency,
    lineItems: session.lineItems.map(({ name, amount, quantity }) => ({ name, amount: major(amount), quantity })),
    customerName: session.customerName,
    successUrl: session.successUrl,
    cancelUrl: session.cancelUrl,
    orderReference: session.orderReference,
    capture: session.capture,
    metadata: session.metadata,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    completedAt: session.completedAt,
    expiredAt: session.expiredAt,
  };
}

/** The session as it was when this was written into its history. */
export function checkoutViewAt(session: CheckoutSession, entry: CheckoutHistoryItem): CheckoutView {
  const { status, paymentId, paymentStatus, at } = entry;
  return {
    ...checkoutView(session, paymentStatus),
    status,
    paymentId: paymentId === null ? null : publicId(paymentId),
    completedAt: status === 'completed' ? at : null,
    expiredAt: status === 'expired' ? at : null,
  };
}
