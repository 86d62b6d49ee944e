import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const OF_EVERY_ANSWER = {
  'content-security-policy':
    "default-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;frame-ancestors 'none';base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

describe('The headers that keep browsers safe', () => {
  it.each([
    '/api/v1/status',
    '/docs',
    '/openapi.json',
    '/health/live',
    '/metrics',
    '/nowhere',
    '/api/v1/payments/all',
    '/3ds/txn_1/none',
  ])('are exactly these on %s', async (path) => {
    const { headers } = await send('GET', `${gateway.url}${path}`);
    expect(Object.fromEntries(Object.keys(OF_EVERY_ANSWER).map((name) => [name, headers.get(name)]))).toEqual(
      OF_EVERY_ANSWER,
    );
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });
});
