import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';

const run = promisify(execFile);

let gateway: Gateway;
beforeAll(async () => {
  // With the delay that a reader has: the commands wait for the outcome of a charge.
  gateway = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '' });
});
afterAll(() => gateway.stop());

/** The shell commands below the heading that names curl. */
async function quickStart(): Promise<string> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const section = readme.split(/^(?=## )/m).find((part) => /^## .*\bcurl\b/i.test(part)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands]) => commands);
  expect(blocks.length).toBeGreaterThan(0);
  return blocks.join('\n');
}

type Printed = Readonly<Record<string, unknown>>;

describe('The quick start of the README', () => {
  it('prints what it promises: a completed charge, a decline, a refund, the timeline, the events, and what a query finds', async () => {
    const commands = (await quickStart()).replaceAll('http://127.0.0.1:3000', gateway.url);
    expect(commands).toContain(gateway.url);
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], { env, timeout: 25_000 });
    const printed = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Printed);
    const first = (is: (line: Printed) => boolean): Printed => printed.find(is) ?? {};

    const completed = first(({ status }) => status === 'completed');
    expect(completed).toMatchObject({ id: expect.stringMatching(/^txn_/), amount: 19.99, currency: 'USD' });
    // A charge is answered at once; the card that declines it decides what becomes of it.
    const declined = first(
      ({ id, amount }) => id !== completed.id && amount === 5 && typeof id === 'string' && id.startsWith('txn_'),
    );
    expect(declined).toMatchObject({
      currency: 'USD',
      status: 'failed',
      failure: { declineCode: 'insufficient_funds' },
    });
    expect(first(({ id }) => typeof id === 'string' && id.startsWith('ref_'))).toMatchObject({
      paymentId: completed.id,
      amount: 5,
      status: 'completed',
    });

    expect(first(({ status }) => status === 'canceled')).toMatchObject({ amount: 7 });
    expect(first(({ data, hasMore }) => hasMore === false && Array.isArray(data))).toMatchObject({
      data: [{ id: completed.id, orderReference: 'order-1' }],
    });

    const lists = printed.flatMap(({ data }) => (Array.isArray(data) ? [data as Printed[]] : []));
    const timeline = lists.find((list) => list.some(({ kind }) => kind === 'state'));
    expect(timeline?.filter(({ kind }) => kind === 'event').length).toBeGreaterThanOrEqual(4);
    const events = lists.find((list) => list.some(({ type }) => typeof type === 'string'));
    expect(events?.map(({ type }) => type)).toEqual(expect.arrayContaining(['refund.created', 'refund.completed']));
    const found = first((line) => 'totalTransactions' in line);
    expect(found).toMatchObject({ totalTransactions: 1, transactions: [{ id: completed.id }] });
  });
});
