import type { WebhookDelivery } from '../../client/webhooks.js';

/** The state of a delivery in the console's words: one that waits after a failed attempt is `retrying`. */
export function deliveryState({ status, attempts }: Pick<WebhookDelivery, 'status' | 'attempts'>): {
  readonly status: string;
} {
  if (status === 'succeeded') return { status: 'delivered' };
  return { status: status === 'pending' && attempts.length > 0 ? 'retrying' : status };
}
