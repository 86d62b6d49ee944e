/** Every type of event, for a person who chooses what to subscribe to. */
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
  'webhook.endpoint.disabled',
  'webhook.test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** `*`, `payment.*` or one type; whether a pattern names at least one type that exists. */
export function isKnownPattern(pattern: string): boolean {
  return EVENT_TYPES.some((type) => matches(pattern, type));
}

/** Whether a subscription to `pattern` gets events of this type. */
export function matches(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
}
