import { test as base } from '@playwright/test';
import { type GatewayOptions, startGateway, type TestGateway } from './start-gateway.js';
import type { SandboxOptions, TestSandbox } from './test-sandbox.js';

export * from './index.js';
export { expect } from '@playwright/test';

/** What tests can ask for. */
export interface GatewayFixtures {
  /** An account of its own, deleted after the test. */
  shop: TestSandbox;
  /** What `shop` begins with: `test.use({ sandboxOptions: { seed: 'cart' } })`. */
  sandboxOptions: SandboxOptions;
}

export interface GatewayWorkerFixtures {
  /** The gateway of the run. */
  gateway: TestGateway;
  /** How the gateway is started. */
  gatewayOptions: GatewayOptions;
}

/**
 * The `test` of Playwright's runner with a gateway.
 *
 * @example test('pays', async ({ page, shop }) => { … });
 */
export const test = base.extend<GatewayFixtures, GatewayWorkerFixtures>({
  gatewayOptions: [{}, { option: true, scope: 'worker' }],
  sandboxOptions: [{}, { option: true }],
  gateway: [
    async ({ gatewayOptions }, use) => {
      await use(await startGateway(gatewayOptions));
    },
    { scope: 'worker' },
  ],
  shop: async ({ gateway, sandboxOptions }, use) => {
    const sandbox = await gateway.sandbox(sandboxOptions);
    await use(sandbox);
    await sandbox.dispose();
  },
});
