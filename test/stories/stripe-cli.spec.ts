import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD, ENCRYPTION_KEY, JWT_SECRET } from '../support/gateway.js';

const execute = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../support/programs/trigger-events.js', import.meta.url));

/** The triggers of the official command line that leave their event, as docs/stripe-dialect.md lists them. */
const TRIGGERS = [
  // The disputes of test cards come after DISPUTE_DELAY_MS: first, so that the others run meanwhile.
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.updated',
  'balance.available',
  'charge.captured',
  'charge.failed',
  'charge.refund.updated',
  'charge.refunded',
  'charge.succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'customer.created',
  'customer.deleted',
  'customer.updated',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'payment_method.attached',
  'payment_method.detached',
  'payment_method.updated',
  'payout.created',
  'payout.updated',
  'price.created',
  'price.updated',
  'product.created',
  'product.deleted',
  'product.updated',
  'setup_intent.canceled',
  'setup_intent.created',
  'setup_intent.requires_action',
  'setup_intent.setup_failed',
  'setup_intent.succeeded',
  'test_helpers.test_clock.advancing',
  'test_helpers.test_clock.created',
  'test_helpers.test_clock.deleted',
  'test_helpers.test_clock.ready',
] as const;

/** What trigger-events.js prints of one trigger. */
interface Triggered {
  readonly succeeded: boolean;
  readonly output: string;
  readonly events: readonly string[];
}

/** The binary of this platform, which comes as a package of its own; null if there is none. */
function commandLine(): string | null {
  try {
    const { resolve } = createRequire(import.meta.url);
    const folder = dirname(resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`));
    const file = join(folder, 'bin', 'stripe');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Starts a program in a network namespace of its own, whose loopback interface it brings up. */
const INSIDE = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

const cli = commandLine();
const hasNamespaces = spawnSync('unshare', [...INSIDE, 'true']).status === 0;
const why = cli === null ? 'it is not there for this platform' : 'unshare and ip cannot make a network namespace';
const skipped = cli === null || !hasNamespaces;

(skipped ? describe.skip : describe)(
  `The official command line, in a network of loopback alone${skipped ? ` (skipped: ${why})` : ''}`,
  () => {
    let folder: string;
    let results: Readonly<Record<string, Triggered>>;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'gateway-command-line-'));
      const env = {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: '0',
        RATE_LIMIT: 'off',
        BCRYPT_COST: '4',
        ADMIN_PASSWORD,
        JWT_SECRET,
        ENCRYPTION_KEY,
      };
      const args = [...INSIDE, process.execPath, PROGRAM, cli ?? '', folder, ...TRIGGERS];
      const { stdout } = await execute('unshare', args, { env, cwd: folder, maxBuffer: 1e8, timeout: 170_000 });
      results = JSON.parse(stdout) as typeof results;
    }, 180_000);
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(TRIGGERS)('triggers %s, whose event the account has', (trigger) => {
      const { succeeded = false, output = '', events = [] } = results[trigger] ?? {};
      expect({ succeeded, output }).toEqual({ succeeded: true, output: expect.stringContaining('Trigger succeeded!') });
      expect(events).toContain(trigger);
    });
  },
);
