import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withLock } from '../../testing/file-lock.js';
import { startGateway, type TestGateway, type TestSandbox } from '../../testing/index.js';
import { eventually } from '../support/eventually.js';
import { WebhookHandler } from '../support/webhook-handler.js';

const FIXTURES = new URL('../../dist/testing/index.js', import.meta.url).href;
const CHARGE = { customerName: 'Ada Lovelace', paymentAmount: 19.99, currency: 'USD' };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

async function withShop(
  options: Parameters<TestGateway['sandbox']>[0],
  use: (shop: TestSandbox) => Promise<void>,
): Promise<void> {
  const shop = await gateway.sandbox(options);
  try {
    await use(shop);
  } finally {
    await shop.dispose();
  }
}

/** A program of a user that starts a gateway with its own settings, prints its URL, and then does what is told. */
function program(
  then: string,
  env: Readonly<Record<string, string>> = {},
  stderr: 'inherit' | 'pipe' = 'inherit',
): ChildProcess {
  const source = `import { startGateway } from '${FIXTURES}';
    const gateway = await startGateway({ env: { PAYMENT_PROCESSING_DELAY_MS: '0' } });
    console.log(gateway.url);
    ${then}`;
  return spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', stderr],
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
}

async function printedUrl({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The program has no output.');
  const [chunk] = (await once(stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );

const isGone = async (url: string): Promise<void> => {
  await eventually(
    'the gateway to end',
    () => answers(url),
    (isThere) => !isThere,
  );
};

const foldersOf = async (pid: number | undefined): Promise<string[]> => {
  const names = await readdir(join(tmpdir(), `mock-payment-gateway-${userInfo().username}`));
  return names.filter((name) => name.startsWith(`run-${String(pid)}-`));
};

describe('The account of a test', () => {
  it('is new and empty each time, and has the options that were asked for', async () => {
    const seen = new Set<string>();
    const SEEDED = { clock: { now: '2026-01-01T00:00:00Z' }, seed: 'one' };
    const options = [{}, {}, SEEDED, SEEDED, {}, {}] as const;
    for (const asked of options)
      await withShop(asked, async (shop) => {
        expect(seen).not.toContain(shop.apiKey);
        seen.add(shop.apiKey);
        for await (const event of shop.client.events.list()) throw new Error(`It has an event: ${event.type}`);
        const { clock, seed } = await shop.client.sandboxes.current();
        expect(clock.kind).toBe('clock' in asked ? 'virtual' : 'real');
        if ('seed' in asked) expect(seed).toBe('one');
        else expect(seed).not.toBe('one');
        await shop.client.payments.charge(CHARGE);
      });
    expect(seen.size).toBe(options.length);
  });
});

describe('A gateway for tests', () => {
  it('is the same for all who ask for the same settings, and ends with the last one', async () => {
    const settings = { env: { PAYMENT_PROCESSING_DELAY_MS: '17' } };
    const [first, second] = await Promise.all([startGateway(settings), startGateway(settings)]);
    const other = await startGateway({ env: { PAYMENT_PROCESSING_DELAY_MS: '18' } });
    expect(second.url).toBe(first.url);
    expect(other.url).not.toBe(first.url);
    await first.stop();
    expect(await answers(second.url)).toBe(true);
    await second.stop();
    expect(await answers(second.url)).toBe(false);
    const again = await startGateway(settings);
    expect(await answers(again.url)).toBe(true);
    await Promise.all([again.stop(), other.stop()]);
  }, 60_000);

  it('ends with a process that does not stop it, and leaves nothing', async () => {
    const child = program('');
    const url = await printedUrl(child);
    await isGone(url);
    await eventually(
      'the folder to be removed',
      () => foldersOf(child.pid),
      (found) => found.length === 0,
    );
  }, 60_000);

  it('ends with a process that is killed', async () => {
    const child = program('setInterval(() => {}, 1000);');
    const url = await printedUrl(child);
    expect(await answers(url)).toBe(true);
    child.kill('SIGKILL');
    await isGone(url);
    await eventually(
      'the folder to be removed',
      () => foldersOf(child.pid),
      (found) => found.length === 0,
    );
  }, 60_000);

  it('is started again after it was killed', async () => {
    const settings = { env: { PAYMENT_PROCESSING_DELAY_MS: '19' } };
    const first = await startGateway(settings);
    process.kill(first.pid, 'SIGKILL');
    await isGone(first.url);
    const second = await startGateway(settings);
    expect(await answers(second.url)).toBe(true);
    await Promise.all([first.stop(), second.stop()]);
  }, 60_000);

  it('has none of the settings of the shop under test', async () => {
    const shop = { NODE_ENV: 'production', PORT: '1', MONGODB_URI: 'mongodb://127.0.0.1:1/shop', JWT_SECRET: 'short' };
    const child = program('await gateway.stop();', shop);
    const url = await printedUrl(child);
    const [code] = (await once(child, 'close')) as [number];
    expect([code, await answers(url)]).toEqual([0, false]);
  }, 60_000);

  it('meets in no folder that others can read', async () => {
    const tmp = await mkdtemp(join(tmpdir(), 'others-'));
    try {
      await mkdir(join(tmp, `mock-payment-gateway-${userInfo().username}`), { mode: 0o777 });
      await chmod(join(tmp, `mock-payment-gateway-${userInfo().username}`), 0o777);
      const child = program('', { TMPDIR: tmp }, 'pipe');
      expect(child.stderr && (await text(child.stderr))).toContain('is not only yours');
    } finally {
      await rm(tmp, { recursive: true, force: true });
    }
  }, 60_000);

  it('says why it does not start', async () => {
    await expect(startGateway({ env: { BCRYPT_COST: '99' } })).rejects.toThrow('BCRYPT_COST must be a whole number');
    await expect(startGateway({ port: Number(new URL(gateway.url).port) })).rejects.toThrow('is taken');
  }, 60_000);
});

describe('The lock of a run', () => {
  it('has one holder at a time, also after a holder died', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lock-'));
    try {
      const file = join(folder, 'lock');
      for (let round = 0; round < 20; round++) {
        // No process has this id.
        await writeFile(file, '4194399');
        let inside = 0;
        const most: number[] = [];
        await Promise.all(
          Array.from({ length: 8 }, () =>
            withLock(file, async () => {
              most.push((inside += 1));
              await readdir(folder);
              inside -= 1;
            }),
          ),
        );
        expect(Math.max(...most)).toBe(1);
        expect(await readdir(folder)).toEqual([]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

describe('The account of a test', () => {
  it('gets its webhooks, verified, and those that it let fail again', async () => {
    await withShop({ settings: { webhookRetrySchedule: [0, 0, 0] } }, async (shop) => {
      shop.webhooks.failNext(1, 503);
      const { id } = await shop.client.payments.charge({ ...CHARGE, webhookUrl: shop.webhooks.url });
      const endpoint = await shop.webhooks.next('payment.completed');
      const direct = await shop.webhooks.next('payment.completed');
      for (const webhook of [endpoint, direct]) expect(webhook).toMatchObject({ answered: 200 });
      expect([endpoint.data, direct.data]).toContainEqual(expect.objectContaining({ id }));
      await eventually(
        'the failed one to come again',
        () => {
          const failed = shop.webhooks.received.find(({ answered }) => answered === 503);
          return shop.webhooks.received
            .filter(({ webhookId }) => webhookId === failed?.webhookId)
            .map((each) => each.answered);
        },
        (statuses) => statuses.join() === '503,200',
      );
      expect(shop.webhooks.rejected).toEqual([]);
    });
  });

  it('passes its webhooks on to the handler under test, and the answer back', async () => {
    await withShop({ settings: { webhookRetrySchedule: [0, 1, 1, 1] } }, async (shop) => {
      const handler = await WebhookHandler.start('standard', shop.webhooks.secret);
      try {
        shop.webhooks.forwardTo(handler.url);
        await shop.faults.add({ match: { event: 'payment.created' }, effect: { type: 'bad_signature' } });
        const { id } = await shop.client.payments.charge(CHARGE);
        const { rawBody } = await shop.webhooks.next('payment.completed');
        expect(handler.seen.map(({ body }) => body)).toContain(rawBody);
        await shop.webhooks.next('payment.created');
        expect(shop.webhooks.rejected).toMatchObject([{ answered: 401 }]);

        shop.webhooks.failNext(1, 503);
        const before = handler.seen.length;
        await shop.client.payments.refund(id, { amount: 1 });
        await Promise.all([shop.webhooks.next('refund.created'), shop.webhooks.next('refund.completed')]);
        expect(handler.seen.length - before).toBe(2);
      } finally {
        await handler.stop();
      }
      await shop.client.payments.charge(CHARGE);
      await eventually(
        'a webhook that finds no handler',
        () => shop.webhooks.received.map(({ answered }) => answered),
        (statuses) => statuses.includes(500),
      );
    });
  });

  it('rejects webhooks whose signature is wrong', async () => {
    await withShop({ settings: { webhookRetrySchedule: [0] } }, async (shop) => {
      await shop.faults.add({ match: { event: 'payment.completed' }, effect: { type: 'bad_signature' } });
      await shop.client.payments.charge(CHARGE);
      await shop.webhooks.next('payment.created');
      await eventually(
        'the rejected one',
        () => shop.webhooks.rejected.length,
        (count) => count === 1,
      );
      await expect(shop.webhooks.next('payment.completed', { timeoutMs: 50 })).rejects.toThrow(
        /No webhook payment\.completed came within 50 ms\. Received: payment\.created \(answered 200\), rejected: No webhook-signature fits/,
      );
    });
  });

  it('waits for events, by their object or one after another', async () => {
    await withShop({ webhooks: false }, async (shop) => {
      const first = await shop.client.payments.charge(CHARGE);
      const second = await shop.client.payments.charge(CHARGE);
      const about = async (of: { id: string }): Promise<unknown> =>
        (await shop.event('payment.completed', { of })).data;
      expect(await about(second)).toMatchObject({ id: second.id });
      expect(await about(second)).toMatchObject({ id: second.id });
      const ids = [await shop.event('payment.completed'), await shop.event('payment.completed')];
      expect(ids.map(({ data }) => ('id' in data ? data.id : null)).sort()).toEqual([first.id, second.id].sort());
      await expect(shop.event('payment.failed', { of: first, timeoutMs: 50 })).rejects.toThrow(
        `No payment.failed about ${first.id} within 50 ms. Its events so far: payment.created, payment.completed.`,
      );
      expect(() => shop.webhooks).toThrow('`webhooks: false`');
    });
  });

  it('moves its clock, goes by its seed, and begins with a snapshot', async () => {
    const options = { clock: { now: new Date('2026-01-31T09:00:00Z') }, seed: 'cart-17' };
    const ids: string[] = [];
    for (let run = 0; run < 2; run++)
      await withShop(options, async (shop) => {
        const { id } = await shop.client.payments.charge({ ...CHARGE, capture: 'manual' });
        ids.push(id);
        const snapshot = await shop.client.sandboxes.snapshot();
        await shop.clock.advance('7d');
        expect(await shop.client.payments.get(id)).toMatchObject({ status: 'voided' });
        await withShop({ snapshot: await shop.client.sandboxes.export(snapshot.id) }, async (copy) => {
          expect(await copy.client.payments.get(id)).toMatchObject({ status: 'authorized' });
        });
      });
    expect(ids[0]).toBe(ids[1]);
  });

  it('has money to pay out, pending or at once, and disputes', async () => {
    await withShop({ clock: { now: '2026-01-30T09:00:00Z' }, webhooks: false }, async (shop) => {
      const payment = await shop.fund({ amount: 100 });
      expect(await shop.client.balance.get()).toMatchObject({
        available: [{ amount: 96.8 }],
        pending: [{ amount: 0 }],
      });
      await shop.client.payments.charge(CHARGE);
      expect(await shop.advanceToFunds()).toMatchObject({ available: [{ amount: 115.91 }], pending: [{ amount: 0 }] });
      expect(await shop.clock.get()).toMatchObject({ now: '2026-02-03T00:00:00.000Z' });
      expect(await shop.dispute(payment, { amount: 40 })).toMatchObject({ paymentId: payment.id, amount: 40 });
      expect(await shop.client.balance.get()).toMatchObject({ reserved: [{ amount: 55 }] });
    });
  });

  it('is one of a hundred at once, and sees none of the others', async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        withShop({}, async (shop) => {
          const amount = index + 1;
          const { id } = await shop.client.payments.charge({ ...CHARGE, paymentAmount: amount });
          const webhook = await shop.webhooks.next('payment.completed', { timeoutMs: 60_000 });
          expect(webhook.data).toMatchObject({ id, amount });
          expect((await shop.client.payments.list()).data).toHaveLength(1);
          expect(shop.webhooks.received).toHaveLength(2);
        }),
      ),
    );
  }, 120_000);

  it('is gone after the test', async () => {
    const shop = await gateway.sandbox();
    await shop.dispose();
    await shop.dispose();
    await expect(shop.client.payments.list()).rejects.toMatchObject({ code: 'api_key_invalid' });
  });
});
