import type { Payment } from '../payments/payment.schema.js';
import type { PaymentIntent } from './payment-intent.schema.js';

/** An intent with the payment of its latest attempt. */
export interface IntentState {
  readonly intent: PaymentIntent;
  readonly payment: Payment | null;
}
