const BELOW_A_PAYMENT = /^\/payments\/(txn_[0-9a-f]{24})\//;

/** The id of the payment below which a path lies, as in `/payments/txn_…/refunds`; null if it lies elsewhere. */
export function paymentIdIn(path: string | null): string | null {
  return BELOW_A_PAYMENT.exec(path ?? '')?.[1] ?? null;
}
