import type { Payment } from '../../payments/payment.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { detailsOf } from '../charges/charge-facts.js';

/** Where the browser goes after the challenge of an intent's payment; null if it is none, or nobody said where. */
export function intentReturn(payment: Payment, clientSecretOf: (intentId: string) => string): string | null {
  const { paymentIntentId, status } = payment;
  const { returnUrl } = detailsOf(payment);
  if (paymentIntentId === undefined || typeof returnUrl !== 'string') return null;
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', publicId(paymentIntentId));
  url.searchParams.set('payment_intent_client_secret', clientSecretOf(paymentIntentId));
  url.searchParams.set('redirect_status', status === 'failed' || status === 'canceled' ? 'failed' : 'succeeded');
  return url.href;
}
