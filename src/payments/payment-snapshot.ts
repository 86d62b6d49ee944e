import type { HistoryItem, PaymentState, RefundState, RefundStatus } from './payment-state.js';

/** The payment as it was after the first `count` entries of its history. */
export function snapshotAt<P extends PaymentState & { readonly history: readonly HistoryItem[] }>(
  payment: P,
  count: number,
): P {
  const past = payment.history.slice(0, count);
  const last = past.at(-1);
  if (!last) return payment;
  // In the order of the history, so that no sum in between exceeds the payment.
  const total = (signs: Partial<Record<HistoryItem['type'], 1 | -1>>): number =>
    past.reduce((sum, { type, amount }) => sum + (signs[type] ?? 0) * amount, 0);
  return {
    ...payment,
    status: last.to,
    amountCaptured: total({ 'payment.completed': 1 }),
    amountRefunded: total({ 'refund.created': 1, 'refund.failed': -1, 'refund.canceled': -1 }),
    failure: last.to === 'failed' ? payment.failure : null,
    authorizationExpiresAt: past.some(({ type }) => type === 'payment.authorized')
      ? payment.authorizationExpiresAt
      : null,
    updatedAt: last.at,
    history: past,
  };
}

const STATUS_AFTER: Partial<Record<HistoryItem['type'], RefundStatus>> = {
  'refund.created': 'pending',
  'refund.completed': 'completed',
  'refund.failed': 'failed',
  'refund.canceled': 'canceled',
};

/** The refund of an entry, as it was after it; null if the entry is about no refund. */
export function refundAt({ refunds }: PaymentState, { type, refundId }: HistoryItem): RefundState | null {
  const refund = refunds.find(({ id }) => id === refundId);
  const status = STATUS_AFTER[type];
  return refund && status ? { ...refund, status } : null;
}
