import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { createClient, verifyWebhook } from '../../client/index.js';
import { CommandLine, type RunningCommand } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

let merchant: Merchant;
let mpg: CommandLine;
let recorder: WebhookRecorder;
beforeEach(async () => {
  merchant = await Merchant.joins(gateway);
  mpg = await CommandLine.open({ MPG_URL: gateway.url, MPG_API_KEY: merchant.apiKey });
  recorder = await WebhookRecorder.start();
});
afterEach(async () => {
  await mpg.close();
  await recorder.stop();
});

async function listening(...args: readonly string[]): Promise<RunningCommand> {
  const command = mpg.start('listen', '--forward-to', recorder.url(), ...args);
  await command.printed(/Waiting for events/);
  return command;
}

describe('mpg listen', () => {
  it('forwards each event, signed with a secret that is the same at every start', async () => {
    const command = await listening();
    const secret = await command.printed(/webhook secret is (whsec_\S+)/);
    expect(await mpg.prints('listen', '--print-secret')).toBe(`${secret}\n`);
    const { id } = await merchant.charges();
    const webhook = await recorder.next(({ raw }) => raw.includes('payment.completed'));
    const event = verifyWebhook(webhook.raw, webhook.headers, secret);
    expect(event).toMatchObject({ type: 'payment.completed', data: { id } });
    await command.printed(new RegExp(`payment\\.\\S*completed\\S* +${id} `));
    await command.printed(/→ 200\S* +POST http/);
    expect(await command.end()).toMatchObject({ code: 0 });
  });

  it('forwards only the types that are asked for, and says one line of JSON about each', async () => {
    const command = await listening('--events', 'refund.*,payment.failed', '--json');
    const { id } = await merchant.receives();
    await createClient({ url: gateway.url, apiKey: merchant.apiKey }).payments.refund(id);
    await command.printed(/refund\.completed.*\n/);
    const lines = command.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { event: { type: 'refund.created' }, forwarded: { status: 200 } },
      { event: { type: 'refund.completed' }, forwarded: { status: 200 } },
    ]);
  });

  it('says what its handler answered, and waits for one that is being started', async () => {
    const gone = await WebhookRecorder.start();
    const url = gone.url();
    await gone.stop();
    const command = mpg.start('listen', '--forward-to', url, '--events', 'payment.created');
    await command.printed(/Waiting for events/);
    await merchant.charges();
    await command.printed(/→ failed: nothing listens there/);
    await command.end();
    recorder.answers('/hook', { status: 503 });
    const again = await listening('--events', 'payment.created');
    await merchant.charges();
    await again.printed(/→ 503/);
  });

  it('forwards to nothing but HTTP, and does not read on what its handler answers without end', async () => {
    expect(await mpg.run(['listen', '--forward-to', 'ftp://127.0.0.1/hook'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ftp://127.0.0.1/hook is not a URL'),
    });
    recorder.answers('/hook', { body: 'x'.repeat(10_000_000) });
    const command = await listening('--events', 'payment.created');
    await merchant.charges();
    await command.printed(/→ 200/);
  });

  it('loses no event, and forwards none twice, if the gateway is killed and started again', async () => {
    const command = await listening('--events', 'payment.completed');
    const ids: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 20; i++) ids.push((await merchant.charges()).id);
      await gateway.kill9();
      await command.printed(/The connection is lost/);
      await gateway.restart();
    }
    const came = (): string[] =>
      recorder.received.map(({ raw }) => (JSON.parse(raw.toString()) as { data: { id: string } }).data.id);
    await eventually('all events to come', came, (found) => new Set(found).size === ids.length, 30_000);
    expect(came().sort()).toEqual([...ids].sort());
  });
});

describe('mpg logs tail', () => {
  it('prints each request as it is answered, with the status that is asked for', async () => {
    const command = mpg.start('logs', 'tail', '--status', '4xx');
    await command.printed(/Waiting for requests/);
    await merchant.charges();
    await merchant.triesToCharge({});
    const line = await command.printed(/^.*\/payments\/charge.*\n/m);
    expect(line).toMatch(/422\S* +POST \/api\/v1\/payments\/charge +\S+ ms +validation_failed +req_/);
    expect(command.stdout).not.toContain('201');
    expect(await command.end()).toMatchObject({ code: 0 });
  });
});
