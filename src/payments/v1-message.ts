import { Money } from '../common/money.js';
import type { HistoryEntry, Payment } from './payment.schema.js';

/**
 * What the payment's own webhook URL is sent of a change, in the v1 form; null for its creation, which
 * the v1 contract does not announce.
 */
export function v1Message(payment: Payment, { type, at, to }: HistoryEntry): { url: string; body: string } | null {
  const { _id, customerName, amount, currency, webhookUrl } = payment;
  if (webhookUrl === null || type === 'payment.created') return null;
  const data = { customerName, amount: Money.ofMinor(amount, currency).major, currency, status: to };
  return { url: webhookUrl, body: JSON.stringify({ event: type, id: _id, timestamp: at.toISOString(), data }) };
}
