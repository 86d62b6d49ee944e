import { test as base, type TestAPI } from 'vitest';
import { type GatewayOptions, startGateway, type TestGateway } from './start-gateway.js';
import type { SandboxOptions, TestSandbox } from './test-sandbox.js';

export * from './index.js';
export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest';

/** What tests can ask for. */
export interface GatewayFixtures {
  /** An account of its own, deleted after the test. */
  shop: TestSandbox;
  /** The gateway of the run. */
  gateway: TestGateway;
  /** What `shop` begins with: `test.extend({ sandboxOptions: { seed: 'cart' } })`. */
  sandboxOptions: SandboxOptions;
  /** How the gateway is started. */
  gatewayOptions: GatewayOptions;
}

/**
 * Vitest's `test` with a gateway.
 *
 * @example test('charges', async ({ shop }) => { await shop.client.payments.charge({ … }); });
 */
export const test: TestAPI<GatewayFixtures> = base.extend<GatewayFixtures>({
  gatewayOptions: [{}, { scope: 'worker' }],
  sandboxOptions: [{}, { injected: true }],
  gateway: [
    async ({ gatewayOptions }, use) => {
      await use(await startGateway(gatewayOptions));
    },
    { scope: 'worker' },
  ],
  shop: async ({ gateway, sandboxOptions }, use) => {
    await using sandbox = await gateway.sandbox(sandboxOptions);
    await use(sandbox);
  },
});

export const it = test;
