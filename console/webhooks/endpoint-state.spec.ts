import { describe, expect, it } from '@jest/globals';
import type { WebhookEndpoint } from '../../client/webhooks.js';
import { deliveryState } from './delivery-state.js';
import { endpointState } from './endpoint-state.js';

const NOW = Date.parse('2026-01-31T09:00:00.000Z');
const endpoint = { enabled: true, disabledReason: null, pausedUntil: null, failingSince: null } as WebhookEndpoint;

describe('The state of an endpoint', () => {
  it.each([
    [{}, 'enabled'],
    [{ enabled: false }, 'off'],
    [{ enabled: false, disabledReason: 'failing' }, 'disabled'],
    [{ enabled: false, disabledReason: 'gone' }, 'disabled'],
    [{ pausedUntil: '2026-01-31T09:00:01.000Z' }, 'paused'],
    [{ pausedUntil: '2026-01-31T08:59:59.000Z' }, 'enabled'],
  ] as const)('%j is %s', (part, status) => {
    expect(endpointState({ ...endpoint, ...part }, NOW).status).toBe(status);
  });
});

describe('The state of a delivery', () => {
  it('that failed once and waits is retrying', () => {
    const attempt = { at: '', ms: 1, status: 500, error: null, response: '', fault: null };
    expect(deliveryState({ status: 'pending', attempts: [attempt] })).toEqual({ status: 'retrying' });
    expect(deliveryState({ status: 'pending', attempts: [] })).toEqual({ status: 'pending' });
    expect(deliveryState({ status: 'succeeded', attempts: [attempt] })).toEqual({ status: 'delivered' });
  });
});
