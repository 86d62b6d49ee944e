import { afterEach, beforeEach } from '@jest/globals';
import { type GatewayOptions, startGateway, type TestGateway } from './start-gateway.js';
import type { SandboxOptions, TestSandbox } from './test-sandbox.js';

export * from './index.js';

export interface UseGatewayOptions extends SandboxOptions {
  /** How the gateway itself is started. */
  readonly gateway?: GatewayOptions;
}

/** Jest's own limit of 5 s is short for the first start of the gateway on a busy machine. */
const HOOK_MS = 60_000;

/** The gateway of a test file. */
export interface UsedGateway {
  /** The account of the running test: another one in each. Not for concurrent tests, which call `sandbox()`. */
  readonly shop: TestSandbox;
  /** Where the gateway listens. */
  readonly url: string;
  /** One more account, until the end of the test. */
  sandbox(options?: SandboxOptions): Promise<TestSandbox>;
}

/**
 * Gives each test of a file, or of a `describe`, its own account on the gateway of the run.
 *
 * @example
 * const { shop } = useGateway();
 * it('charges', async () => { await shop.client.payments.charge({ … }); });
 */
export function useGateway({ gateway: gatewayOptions, ...sandboxOptions }: UseGatewayOptions = {}): UsedGateway {
  let gateway: TestGateway | undefined;
  let current: TestSandbox | undefined;
  let others: TestSandbox[] = [];
  beforeEach(async () => {
    gateway ??= await startGateway(gatewayOptions);
    current = await gateway.sandbox(sandboxOptions);
  }, HOOK_MS);
  afterEach(async () => {
    const ended = [...(current ? [current] : []), ...others];
    current = undefined;
    others = [];
    await Promise.all(ended.map((sandbox) => sandbox.dispose()));
  }, HOOK_MS);
  const started = (): TestGateway => {
    if (!gateway) throw new Error('useGateway() starts the gateway before each test: use it inside of a test.');
    return gateway;
  };
  // Can be taken apart outside of tests: each use is one of the account of the running test.
  const shop = new Proxy({} as TestSandbox, {
    get: (_target, property) => {
      if (!current) throw new Error('Each test has its own shop: use it inside of a test.');
      const value: unknown = Reflect.get(current, property, current);
      return typeof value === 'function' ? (value.bind(current) as unknown) : value;
    },
  });
  return {
    shop,
    get url() {
      return started().url;
    },
    sandbox: async (options) => {
      const sandbox = await started().sandbox(options);
      others.push(sandbox);
      return sandbox;
    },
  };
}
