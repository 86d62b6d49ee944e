import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { within } from '../support/eventually.js';

const DEMO = fileURLToPath(new URL('../../scripts/demo.js', import.meta.url));

it('The demo leaves nothing running and no data when nobody reads on, as with `npm run demo | head`', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const demo = spawn(process.execPath, [DEMO], {
    env: { PATH: process.env.PATH, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const ended = once(demo, 'exit');
    const [printed] = (await within('its first line', 20_000, once(demo.stdout, 'data'))) as [Buffer];
    const url = /A gateway runs on (http:\S+?),/.exec(printed.toString())?.[1] ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
    demo.stdout.destroy();
    await within('the demo to end', 20_000, ended);
    await expect(fetch(`${url}/status`)).rejects.toThrow('fetch failed');
    expect(await readdir(folder)).toEqual([]);
  } finally {
    demo.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});
