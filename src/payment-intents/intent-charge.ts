import type { ChargedMethod } from '../payment-methods/payment-methods.service.js';
import type { Charge } from '../payments/new-payment.js';
import type { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { IntentAttempt } from './intent-state.js';
import type { PaymentIntent } from './payment-intent.schema.js';

/** What a charge that an intent made keeps besides what every payment keeps. */
export interface ChargeDetails {
  /** The method as it was charged; without its outcome. */
  readonly method: Omit<ChargedMethod, 'outcome'>;
  /** Whether the intent was made by the same request, so that the first event of the payment tells of it too. */
  readonly makesIntent: boolean;
  readonly returnUrl: string | null;
  /** Where customers and merchants reach the gateway. */
  readonly base: string;
  /** Of the request that made it; null if it had none. */
  readonly idempotencyKey: string | null;
  readonly receiptEmail: string | null;
  /** From the capture until the balance transaction is shown, in ms; 0 if it is not set. */
  readonly transactionDelayMs?: number;
  /** Whether the method is attached to the customer once it has paid. */
  readonly keepsMethod: boolean;
  /** What the intent only keeps and shows. */
  readonly intent: Readonly<Record<string, unknown>>;
}

export function keepsMethod({ setupFutureUsage, customerId }: PaymentIntent): boolean {
  return setupFutureUsage !== null && customerId !== null;
}

/** The charge of an attempt: the same each time. */
export function chargeOfAttempt(
  intent: PaymentIntent,
  { number, returnUrl, offSession, requestBase, idempotencyKey }: IntentAttempt,
  charged: ChargedMethod,
  amount: Money,
): Charge {
  const { outcome: _outcome, ...method } = charged;
  const { _id, customerId, description, metadata, captureMethod, receiptEmail, checkoutSessionId } = intent;
  const details: ChargeDetails = {
    method,
    makesIntent: number === 1 && intent.version === 1 && intent.lastEventId === undefined,
    returnUrl,
    base: requestBase,
    idempotencyKey,
    receiptEmail,
    keepsMethod: keepsMethod(intent),
    intent: intent.details,
  };
  return {
    customerName: method.billing?.name ?? 'Unknown customer',
    amount,
    details: description,
    webhookUrl: null,
    paymentMethod: method.id,
    method: charged,
    capture: captureMethod === 'manual' ? 'manual' : 'automatic',
    returnUrl: null,
    orderReference: null,
    metadata,
    simulate: null,
    offSession,
    origin: {
      paymentIntentId: _id,
      ...(customerId !== null && { customerId }),
      dialect: { ...details },
    },
    ...(checkoutSessionId !== undefined && { checkoutSessionId: publicId(checkoutSessionId) }),
  };
}
