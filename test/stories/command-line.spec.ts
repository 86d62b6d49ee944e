import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '../../src/events/event-types.js';
import { createClient, type Exercise, type Payout } from '../../client/index.js';
import { CommandLine } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { findErrors } from '../support/find-errors.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
}

let gateway: Gateway;
let merchant: Merchant;
let mpg: CommandLine;
beforeAll(async () => {
  gateway = await startGateway();
  merchant = await Merchant.joins(gateway);
  mpg = await CommandLine.open({ MPG_URL: gateway.url, MPG_API_KEY: merchant.apiKey });
});
afterAll(async () => {
  await mpg.close();
  await gateway.stop();
});

/** The command line of a merchant that nobody else is. */
async function ofNewMerchant(): Promise<CommandLine> {
  const { apiKey } = await Merchant.joins(gateway);
  return mpg.with({ MPG_API_KEY: apiKey });
}

describe('mpg payments', () => {
  it('charges, shows and lists a payment', async () => {
    const own = await ofNewMerchant();
    const { id } = await own.json<Shown>(
      ...['payments', 'charge', '--amount', '19.99', '--currency', 'EUR', '--customer', 'Ada', '--order', 'order-7'],
      ...['--metadata', 'cart=17', '--idempotency-key', 'order-7'],
    );
    expect(await own.json('payments', 'show', id)).toMatchObject({
      id,
      status: 'completed',
      amount: 19.99,
      currency: 'EUR',
      customerName: 'Ada',
      orderReference: 'order-7',
      metadata: { cart: '17' },
      timeline: expect.arrayContaining([expect.objectContaining({ kind: 'state' })]),
    });
    expect(await own.json('payments', 'list', '--order', 'order-7')).toEqual([expect.objectContaining({ id })]);
    expect(await own.prints('payments', 'list')).toMatch(new RegExp(`${id} +completed +19\\.99 EUR +Ada +order-7`));
  });

  it('authorizes, captures a part, refunds a part', async () => {
    const { id, status } = await mpg.json<Shown>('payments', 'authorize', '--amount', '30');
    expect(status).toBe('authorized');
    expect(await mpg.json('payments', 'capture', id, '--amount', '20')).toMatchObject({ id, amountCaptured: 20 });
    expect(await mpg.json('payments', 'refund', id, '--amount', '5', '--reason', 'Returned')).toMatchObject({
      paymentId: id,
      amount: 5,
      status: 'completed',
    });
  });

  it('voids, cancels, and answers 3-D Secure', async () => {
    const { id: authorized } = await mpg.json<Shown>('payments', 'authorize');
    expect(await mpg.json('payments', 'void', authorized)).toMatchObject({ status: 'voided' });
    const { id: pending } = await mpg.json<Shown>('payments', 'charge', '--customer', 'PENDING', '--wait', '0');
    expect(await mpg.json('payments', 'cancel', pending)).toMatchObject({ status: 'canceled' });
    const { id: challenged } = await mpg.json<Shown>(
      ...['payments', 'charge', '--method', 'pm_card_authenticationRequired'],
    );
    await mpg.prints('payments', 'authenticate', challenged);
    await eventually(
      'the payment to be completed',
      () => mpg.json<Shown>('payments', 'show', challenged),
      ({ status }) => status === 'completed',
    );
  });

  it('shows disputes and answers them', async () => {
    const open = async (): Promise<Shown> => (await mpg.json<{ data: Shown }>('trigger', 'dispute.created')).data;
    const [answered, accepted] = [await open(), await open()];
    const evidence = { receipt: 'Receipt 4711' };
    expect(await mpg.json('disputes', 'evidence', answered.id, '--field', `receipt=${evidence.receipt}`)).toMatchObject(
      { status: 'needs_response', evidence },
    );
    expect(await mpg.json('disputes', 'submit', answered.id)).toMatchObject({ status: 'under_review' });
    expect(await mpg.json('disputes', 'accept', accepted.id)).toMatchObject({ status: 'accepted' });
    const list = await mpg.json<Shown[]>('disputes', 'list', '--status', 'accepted');
    expect(list.map(({ id }) => id)).toContain(accepted.id);
    expect(await mpg.prints('disputes', 'show', answered.id)).toContain('Evidence submitted: receipt.');
  });

  it('prints what a name has in it as text, without what would control the terminal', async () => {
    const own = await ofNewMerchant();
    await own.prints('payments', 'charge', '--customer', 'Ada\u001b[31m\u001b]0;title\u0007');
    const list = await own.prints('payments', 'list');
    for (const sequence of ['\u001b[31m', '\u001b]0', '\u0007']) expect(list).not.toContain(sequence);
  });
});

describe('Exit codes', () => {
  it('are 1 if the gateway refuses, with the reason and where to read more', async () => {
    const { code, stdout, stderr } = await mpg.run(['payments', 'show', 'txn_0193a5e2c7f11b2c3d4e5f60']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      "Transaction 'txn_0193a5e2c7f11b2c3d4e5f60' not found for this user. (404 payment_not_found)",
    );
    expect(stderr).toContain(`${gateway.url}/docs/errors#payment_not_found`);
  });

  it('are 1 with the error as one JSON document for programs', async () => {
    const { code, stderr } = await mpg.run(['payments', 'capture', 'txn_0193a5e2c7f11b2c3d4e5f60', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { status: 404, code: 'payment_not_found' } });
  });

  it.each([
    [['payments', 'charge', '--amount', 'much'], 'Expected an amount such as 19.99.'],
    [['payments', 'capture'], "missing required argument 'id'"],
    [['pay'], "unknown command 'pay'"],
    [['trigger', 'invoice.paid'], 'Allowed choices are payment.created'],
    [['trigger', 'payment.failed', '--override', 'price=3'], "price can't be overridden"],
    [['clock', 'show', '--url', 'localhost'], 'localhost is not a URL'],
    [['start', '--port', '70000'], '--port must be a number from 0 to 65535'],
  ])('are 2 for %j', async (args, message) => {
    const { code, stderr } = await mpg.run(args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('say what to do about a wrong address and a wrong key', async () => {
    const nowhere = await mpg.run(['clock', 'show', '--url', 'http://127.0.0.1:9']);
    expect(nowhere).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('`npx mock-payment-gateway` starts one'),
    });
    const stranger = await mpg.with({ MPG_API_KEY: 'PK_LIVE_wrong' }).run(['clock', 'show']);
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('`mpg login`') });
    const keyless = await mpg.with({ MPG_API_KEY: '' }).run(['clock', 'show']);
    expect(keyless).toMatchObject({ code: 1, stderr: expect.stringContaining('Set MPG_API_KEY') });
  });

  it('are 0 for --help, which has an example for every command', async () => {
    const paths = (await mpg.prints('completion', 'bash')).matchAll(/^ {4}'([^']+)'\) words=/gm);
    const commands = [...paths].map(([, path = '']) => path.split(' '));
    expect(commands.length).toBeGreaterThan(30);
    const guide = await readFile(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    for (const command of commands) {
      const help = await mpg.prints(...command, '--help');
      if (/^Commands:$/m.test(help)) continue;
      expect(guide).toContain(`mpg ${command.join(' ')}`);
      expect(help).toMatch(/Examples?( of [^:]+)?: .*(mpg|mock-payment-gateway)/);
    }
  }, 120_000);
});

describe('mpg events', () => {
  it('lists and shows events, and sends one again to whoever had it', async () => {
    const own = await ofNewMerchant();
    const recorder = await WebhookRecorder.start();
    try {
      const { id } = await own.json<Shown>('payments', 'charge', '--webhook-url', recorder.url());
      await recorder.next(({ body }) => body.event === 'payment.completed');
      const [event] = await own.json<{ id: string }[]>('events', 'list', '--object', id, '--type', 'payment.completed');
      expect(await own.json('events', 'show', event?.id ?? '')).toMatchObject({
        id: event?.id,
        type: 'payment.completed',
        data: { id },
        deliveries: [{ url: recorder.url() }],
      });
      expect(await own.prints('events', 'resend', event?.id ?? '')).toContain(`again to ${recorder.url()}`);
      await recorder.next(({ body }) => body.event === 'payment.completed');
    } finally {
      await recorder.stop();
    }
  });

  it('say so if nobody had the event', async () => {
    const { id } = await mpg.json<Shown>('payments', 'charge');
    const [event] = await mpg.json<{ id: string }[]>('events', 'list', '--object', id);
    expect(await mpg.run(['events', 'resend', event?.id ?? ''])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was sent to nobody'),
    });
  });
});

describe('mpg trigger', () => {
  it.each(EVENT_TYPES)('makes %s happen', async (type) => {
    const event = await mpg.json<{ type: string; id: string }>('trigger', type);
    expect(event).toMatchObject({ type, id: expect.stringMatching(/^evt_/) });
  });

  it('moves the clock of the account itself if it is virtual, and prints no key', async () => {
    const { apiKey } = await mpg.json<{ apiKey: string }>('sandbox', 'create', '--clock', '2026-01-30T09:00:00Z');
    const own = mpg.with({ MPG_API_KEY: apiKey });
    for (const type of ['payout.paid', 'balance.available'])
      expect(await own.prints('trigger', type)).not.toContain('PK_LIVE');
    expect(await own.json('payouts', 'list')).toMatchObject([{ status: 'paid' }]);
    expect(await own.json('clock', 'show')).toMatchObject({ now: '2026-02-03T00:00:00.000Z' });
  });

  it('lists how each type comes about, and takes fields of the charge', async () => {
    const all = await mpg.json<{ type: string; how: string }[]>('trigger', '--list');
    expect(all.map(({ type }) => type)).toEqual([...EVENT_TYPES]);
    expect(
      await mpg.json('trigger', 'payment.failed', '--override', 'amount=7.5', '--override', 'metadata.case=17'),
    ).toMatchObject({ data: { amount: 7.5, metadata: { case: '17' } } });
  });

  it('prints the key of the sandbox in which days went by', async () => {
    const { stdout } = await mpg.run(['trigger', 'webhook.endpoint.disabled']);
    const key = /whose key is (PK_LIVE_\w+)/.exec(stdout)?.[1] ?? '';
    expect(await mpg.with({ MPG_API_KEY: key }).json('sandbox', 'show')).toMatchObject({ name: 'mpg trigger' });
  });
});

describe('mpg balance, payouts and reconcile', () => {
  /** The command line of a new account with a virtual clock, on a Friday. */
  async function onFriday(): Promise<{ own: CommandLine; apiKey: string }> {
    const { apiKey } = await mpg.json<{ apiKey: string }>(
      ...['sandbox', 'create', '--clock', '2026-01-30T09:00:00Z', '--delay', '0'],
    );
    return { own: mpg.with({ MPG_API_KEY: apiKey }), apiKey };
  }

  it('show a charge become available, and pay it out', async () => {
    const { own } = await onFriday();
    expect(await own.prints('balance')).toBe('none\n');
    const { id } = await own.json<Shown>('payments', 'charge', '--amount', '1234.5');
    expect(await own.prints('balance')).toMatch(/^USD +1,198\.40 USD +0\.00 USD +0\.00 USD +0\.00 USD$/m);
    expect(await own.run(['payouts', 'create'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing can be paid out: 0.00 USD is available.'),
    });
    await own.prints('clock', 'advance', '2026-02-03T00:00:00Z');
    expect(await own.prints('balance', '--transactions')).toMatch(
      new RegExp(`payment +available +1,234\\.50 USD +36\\.10 USD +1,198\\.40 USD +${id}`),
    );
    const payout = await own.json<Payout>('payouts', 'create', '--amount', '1000', '--description', 'First');
    expect(await own.prints('balance')).toMatch(/^USD +0\.00 USD +198\.40 USD +0\.00 USD +1,000\.00 USD$/m);
    await own.prints('clock', 'advance', '2d');
    expect(await own.json('payouts', 'show', payout.id)).toMatchObject({ status: 'paid', description: 'First' });
    const rest = await own.json<Payout>('payouts', 'create', '--bank-account', 'ba_account_closed');
    expect(rest).toMatchObject({ amount: 198.4, status: 'pending' });
    expect(await own.json('payouts', 'cancel', rest.id)).toMatchObject({ status: 'canceled' });
    const list = await own.json<Payout[]>('payouts', 'list', '--status', 'paid');
    expect(list.map((each) => each.id)).toEqual([payout.id]);
    expect(await own.json('balance', '--transactions', '--type', 'payout_canceled')).toMatchObject({
      available: [{ amount: 198.4 }],
      transactions: [{ source: rest.id, net: 198.4 }],
    });
  });

  it('pay out by a schedule', async () => {
    const { own } = await onFriday();
    expect(await own.prints('payouts', 'schedule')).toContain('paid out by hand');
    expect(await own.json('payouts', 'schedule', 'daily', '--currency', 'EUR')).toMatchObject([
      { currency: 'EUR', interval: 'daily' },
    ]);
    expect(await own.run(['payouts', 'schedule', 'hourly'])).toMatchObject({ code: 2 });
  });

  it('make an exercise of the latest payout, and score what was found in it', async () => {
    const { own, apiKey } = await onFriday();
    expect(await own.run(['reconcile'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no settlement report yet.'),
    });
    for (const amount of ['10', '20', '30', '40', '50', '60'])
      await own.prints('payments', 'charge', '--amount', amount, '--method', 'pm_card_bypassPending');
    const { settlementId } = await own.json<Payout>('payouts', 'create');
    const exercise = await own.json<Exercise>('reconcile', '--seed', 'monday', '--count', '4');
    expect(exercise).toMatchObject({ settlementId, count: 4, result: null });

    const truth = await createClient({ url: gateway.url, apiKey }).settlements.get(settlementId);
    const findings = findErrors(truth.rows, exercise.report.rows);
    const file = join(own.home, 'findings.json');
    await writeFile(file, JSON.stringify(findings));
    expect(await own.prints('reconcile', '--exercise', exercise.id, '--findings', file)).toContain(
      'Score: 100 of 100.',
    );

    // The same seed plants the same errors.
    const options = findings.flatMap(({ row, transactionId, error }) => [
      '--finding',
      `${row ?? transactionId}:${error}`,
    ]);
    const again = await own.json<Exercise>(
      ...['reconcile', settlementId, '--seed', 'monday', '--count', '4', ...options, '--finding', '900:wrong_fee'],
    );
    expect(again.result).toMatchObject({ score: 75, missed: [], wronglyAccused: [{ row: 900, error: 'wrong_fee' }] });

    const printed = await own.prints('reconcile', '--errors', 'missing_row', '--count', '1');
    expect(printed).toContain(`settlement  ${settlementId}`);
    expect(printed).toMatch(/To answer it: mpg reconcile --exercise ex_\w+ --finding 3:wrong_fee/);
  });

  it.each([
    [['--finding', 'all'], 'Expected a row and an error, such as 3:wrong_fee'],
    [['--finding', '3:late'], 'late is no error; there are missing_row, duplicate_row'],
    [['--errors', 'late'], 'late is no error'],
    [['--exercise', 'ex_1', '--seed', 'monday'], 'takes no --seed'],
    [['--findings', 'nowhere.json'], 'The findings nowhere.json cannot be read'],
  ])('refuse %j', async (options, message) => {
    const { code, stderr } = await mpg.run(['reconcile', ...options]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('mpg sandbox, clock and faults', () => {
  it('create a sandbox, move its clock, keep and restore its state, reset and delete it', async () => {
    const created = await mpg.json<{ apiKey: string; id: string }>(
      ...['sandbox', 'create', '--clock', '2026-01-31T09:00:00Z', '--seed', 'cart-17', '--delay', '0'],
    );
    const own = mpg.with({ MPG_API_KEY: created.apiKey });
    const { id } = await own.json<Shown>('payments', 'authorize');
    expect(await own.json('clock', 'advance', '3d')).toMatchObject({ now: '2026-02-03T09:00:00.000Z', ran: [] });
    const file = join(own.home, 'export.json');
    const snapshot = await own.json<{ id: string }>('sandbox', 'snapshot', '--name', 'authorized', '--file', file);
    expect(await own.json('clock', 'advance', 'next')).toMatchObject({ ran: [{ id }] });
    expect(await own.json('payments', 'show', id)).toMatchObject({ status: 'voided' });
    await own.prints('sandbox', 'restore', snapshot.id);
    expect(await own.json('payments', 'show', id)).toMatchObject({ status: 'authorized' });
    expect(await own.json('clock', 'show')).toMatchObject({ kind: 'virtual', now: '2026-02-03T09:00:00.000Z' });

    const copy = await mpg.json<{ apiKey: string }>('sandbox', 'create', '--snapshot', file);
    expect(await mpg.with({ MPG_API_KEY: copy.apiKey }).json('payments', 'show', id)).toMatchObject({ id });

    await own.prints('sandbox', 'reset');
    expect(await own.json('payments', 'list')).toEqual([]);
    expect(await own.prints('sandbox', 'delete')).toContain(created.id);
    expect(await own.run(['payments', 'list'])).toMatchObject({ code: 1 });
  });

  it('break a request, and tell what really happened', async () => {
    const { apiKey } = await mpg.json<{ apiKey: string }>('sandbox', 'create', '--delay', '0');
    const own = mpg.with({ MPG_API_KEY: apiKey });
    await own.prints('faults', 'add', 'reset', '--operation', 'charge', '--when', 'after', '--times', '1');
    // The client repeats it with the same key.
    const { id } = await own.json<Shown>('payments', 'charge');
    expect(await own.json('faults', 'list')).toMatchObject([
      { hits: [{ objectId: id, moneyMoved: true, repeatedWith: 'same_key' }] },
    ]);
    expect(await own.prints('faults', 'list')).toContain('same_key');
    await own.prints('faults', 'clear');
    expect(await own.json('faults', 'list')).toEqual([]);
  });
});

describe('mpg login', () => {
  it('checks and stores a key that only this user can read, and never takes one as an argument', async () => {
    const own = await CommandLine.open({ MPG_URL: gateway.url });
    try {
      expect(await own.run(['login'], 'PK_LIVE_wrong\n')).toMatchObject({ code: 1 });
      expect(await own.run(['login'], `${merchant.apiKey}\n`)).toMatchObject({ code: 0 });
      const file = join(own.home, 'config/mock-payment-gateway/config.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await own.json('doctor')).toContainEqual(
        expect.objectContaining({ check: 'API key', found: expect.stringContaining(merchant.userId) }),
      );
      await own.prints('logout');
      expect(await readFile(file, 'utf8')).not.toContain(merchant.apiKey);
      expect(await own.run(['clock', 'show'])).toMatchObject({ code: 1 });
    } finally {
      await own.close();
    }
  });

  it('says which file is damaged', async () => {
    const own = await CommandLine.open({ MPG_URL: gateway.url });
    try {
      await own.run(['login'], merchant.apiKey);
      const file = join(own.home, 'config/mock-payment-gateway/config.json');
      await writeFile(file, '{');
      expect(await own.run(['clock', 'show'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^\S*config\.json cannot be read: .* Correct it, or remove it\.\n$/),
      });
      for (const damaged of ['{', '{}', '{"keys":null}', 'null']) {
        await writeFile(file, damaged);
        expect(await own.run(['login'], merchant.apiKey)).toMatchObject({ code: 0 });
        expect(await own.run(['clock', 'show'])).toMatchObject({ code: 0 });
      }
    } finally {
      await own.close();
    }
  });
});

describe('mpg doctor', () => {
  it('finds no gateway, a stranger, a wrong key, and a disabled endpoint', async () => {
    const failed = async (own: CommandLine, ...args: string[]): Promise<unknown> => {
      const { code, stdout } = await own.run(['doctor', '--json', ...args]);
      expect(code).toBe(1);
      return (JSON.parse(stdout) as { result: string; found: string }[]).filter(({ result }) => result === 'failed');
    };
    expect(await failed(mpg, '--url', 'http://127.0.0.1:9')).toMatchObject([
      { found: expect.stringMatching(/nothing/) },
    ]);
    const stranger = createServer((_request, response) => response.end('<h1>Another program</h1>')).listen(
      0,
      '127.0.0.1',
    );
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const found = await failed(mpg, '--url', `http://127.0.0.1:${port}`);
    stranger.close().closeAllConnections();
    expect(found).toMatchObject([{ found: expect.stringContaining('is not a Mock Payment Gateway') }]);
    expect(await failed(mpg.with({ MPG_API_KEY: 'PK_LIVE_wrong' }))).toMatchObject([{ check: 'API key' }]);
    const { stdout } = await mpg.run(['trigger', 'webhook.endpoint.disabled']);
    const key = /whose key is (PK_LIVE_\w+)/.exec(stdout)?.[1] ?? '';
    expect(await failed(mpg.with({ MPG_API_KEY: key }))).toMatchObject([
      { check: 'Webhooks', found: expect.stringContaining('is disabled') },
    ]);
  });
});

describe('mpg completion', () => {
  it('completes commands and options in bash', async () => {
    const script = join(mpg.home, 'completion.bash');
    await writeFile(script, await mpg.prints('completion', 'bash'));
    const complete = async (...words: string[]): Promise<string[]> => {
      const commands = `source ${script}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _mpg; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await promisify(execFile)('bash', ['-c', commands]);
      return stdout.split('\n').filter(Boolean);
    };
    expect(await complete('mpg', 'pay')).toEqual(['payments', 'payouts']);
    expect(await complete('mpg', 'payments', 'cap')).toEqual(['capture']);
    expect(await complete('mpg', 'trigger', 'refund.c')).toEqual([
      'refund.created',
      'refund.completed',
      'refund.canceled',
    ]);
    expect(await complete('mpg', 'payments', 'refund', 'txn_1', '--am')).toEqual(['--amount']);
  });
});
