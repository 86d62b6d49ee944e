import type { WebhookEndpoint } from '../../client/webhooks.js';

/** The state of an endpoint, and a sentence about it where something is to be done. Times are in ms. */
export function endpointState(
  { enabled, disabledReason, pausedUntil, failingSince }: WebhookEndpoint,
  now: number,
): { readonly status: string; readonly advice: string | null } {
  if (!enabled)
    return {
      status: disabledReason === null ? 'off' : 'disabled',
      advice:
        disabledReason === 'gone'
          ? 'It answered 410, so the gateway disabled it.'
          : disabledReason === 'failing'
            ? 'It failed for too long, so the gateway disabled it. Mend it, then enable it.'
            : null,
    };
  if (pausedUntil !== null && Date.parse(pausedUntil) > now)
    return { status: 'paused', advice: 'It failed several times in a row. Mend it, then resume it.' };
  return { status: 'enabled', advice: failingSince === null ? null : 'Its last deliveries failed.' };
}
