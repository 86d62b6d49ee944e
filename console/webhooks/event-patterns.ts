import type { EventType } from '../../client/events.js';

/** Every type of event, so that the compiler says when one is missing. */
const TYPES: Readonly<Record<EventType, true>> = {
  'payment.created': true,
  'payment.requires_action': true,
  'payment.authorized': true,
  'payment.completed': true,
  'payment.voided': true,
  'payment.canceled': true,
  'payment.failed': true,
  'refund.created': true,
  'refund.completed': true,
  'refund.failed': true,
  'refund.canceled': true,
  'dispute.created': true,
  'dispute.funds_withdrawn': true,
  'dispute.updated': true,
  'dispute.funds_reinstated': true,
  'dispute.closed': true,
  'fraud_warning.created': true,
  'payout.created': true,
  'payout.paid': true,
  'payout.failed': true,
  'payout.canceled': true,
  'balance.available': true,
  'checkout.session.completed': true,
  'checkout.session.expired': true,
  'checkout.session.abandoned': true,
  'webhook.endpoint.disabled': true,
  'webhook.test': true,
};

export const EVENT_TYPES = Object.keys(TYPES) as EventType[];

const groups = new Set(EVENT_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`));

/** What an endpoint can subscribe to. */
export const EVENT_PATTERNS: string[] = ['*', ...groups, ...EVENT_TYPES];
