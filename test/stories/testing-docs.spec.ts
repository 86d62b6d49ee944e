import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';

const run = promisify(execFile);

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

it('The commands of docs/testing.md print what the page says', async () => {
  const page = await readFile(new URL('../../docs/testing.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands]) => commands);
  expect(blocks).toHaveLength(6);
  const commands = blocks.join('\n').replaceAll('http://127.0.0.1:3000', gateway.url);
  const folder = await mkdtemp(join(tmpdir(), 'testing-docs-'));
  try {
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], { env, cwd: folder, timeout: 25_000 });
    const [
      status,
      named,
      clock = '',
      advanced = '',
      reason,
      event,
      lost,
      amount,
      moved,
      repeated,
      doubled = '',
      ...rest
    ] = stdout.trim().split('\n');
    expect([status, reason, event]).toEqual(['authorized', 'expired', 'payment.voided']);
    expect(named).toBe('Account of sk_test_…ests');
    expect(JSON.parse(clock)).toMatchObject({ kind: 'virtual', nextDueAt: '2026-02-07T09:00:00.000Z' });
    expect(JSON.parse(advanced)).toMatchObject({
      now: '2026-02-07T09:00:00.000Z',
      ran: [{ type: 'payment.processing' }],
    });
    expect([lost, amount, moved, repeated]).toEqual(['no answer', '7', 'true', 'same_key']);
    expect(JSON.parse(doubled)).toEqual({ data: [] });
    expect(rest).toEqual(['2026-02-07T09:00:00.000Z', 'voided', 'cart-17']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
