import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { isDisputeEvent } from './payment-lifecycle.js';
import type { Payment } from './payment.schema.js';
import type { HistoryItem, RefundState } from './payment-state.js';

/**
 * The v1 message of a change for the payment's own webhook URL; of a refund, with the refund. Returns null for the
 * creation, for disputes and for warnings, which the v1 contract does not announce.
 */
export function v1Message(
  { _id, customerName, amount, currency, webhookUrl }: Payment,
  { type, at, to }: HistoryItem,
  refund: RefundState | null,
): { url: string; body: string } | null {
  if (webhookUrl === null || type === 'payment.created' || isDisputeEvent(type)) return null;
  const major = (minor: number): number => Money.ofMinor(minor, currency).major;
  const data = {
    customerName,
    amount: major(amount),
    currency,
    status: to,
    ...(refund && { refund: { id: publicId(refund.id), amount: major(refund.amount), status: refund.status } }),
  };
  return {
    url: webhookUrl,
    body: JSON.stringify({ event: type, id: publicId(_id), timestamp: at.toISOString(), data }),
  };
}
