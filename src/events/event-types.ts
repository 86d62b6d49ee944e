/** Every type of event, in the order in which the docs list them. */
export const EVENT_TYPES = [
  'payment.created',
  'payment.requires_action',
  'payment.authorized',
  'payment.completed',
  'payment.voided',
  'payment.canceled',
  'payment.failed',
  'refund.created',
  'refund.completed',
  'refund.failed',
  'refund.canceled',
  'dispute.created',
  'dispute.funds_withdrawn',
  'dispute.updated',
  'dispute.funds_reinstated',
  'dispute.closed',
  'fraud_warning.created',
  'payout.created',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'balance.available',
  'checkout.session.completed',
  'checkout.session.expired',
  'checkout.session.abandoned',
  'webhook.endpoint.disabled',
  'webhook.test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Whether a pattern (`*`, a group such as `payment.*`, or one type) matches at least one existing type. */
export function isKnownPattern(pattern: string): boolean {
  return EVENT_TYPES.some((type) => matches(pattern, type));
}

/** Whether a subscription to `pattern` gets events of this type. */
export function matches(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
}
