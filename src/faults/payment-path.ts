import { ownId } from '../platform/common/dialect-ids.js';

const BELOW_A_PAYMENT = /^\/(?:payments|v1\/charges)\/((?:txn|ch)_[0-9a-f]{24})\//;
const BELOW_AN_INTENT = /^\/v1\/payment_intents\/(pi_[0-9a-f]{24})\//;

/** The id of the payment below which a path lies, as in `/payments/txn_…/refunds`; null if it lies elsewhere. */
export function paymentIdIn(path: string | null): string | null {
  const id = BELOW_A_PAYMENT.exec(path ?? '')?.[1];
  return id === undefined ? null : ownId(id);
}

/** The same of a payment intent. */
export function intentIdIn(path: string | null): string | null {
  return BELOW_AN_INTENT.exec(path ?? '')?.[1] ?? null;
}
