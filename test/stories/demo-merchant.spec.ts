import { execFile } from 'node:child_process';
import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandLine } from '../support/command-line.js';
import { type Gateway, startGateway } from '../support/gateway.js';

const KEY = /PK_LIVE_\w+/;
const SECRET = /SK_\w+/;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ NODE_ENV: 'development' });
});
afterAll(() => gateway.stop());

const demoFile = (): string => join(gateway.dataDir, 'demo.json');

/** What was printed by the latest start. */
function lastBanner(): string {
  return gateway.output.slice(gateway.output.lastIndexOf('Mock Payment Gateway is ready'));
}

describe('The first start in development', () => {
  it('prints the key and the secret of a demo merchant, and a charge that can be pasted', async () => {
    const banner = lastBanner();
    const command = /^ {2}curl [\s\S]+?'\}?'?$(?=\n\n)/m.exec(`${banner}\n\n`)?.[0] ?? '';
    const { stdout } = await promisify(execFile)('bash', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ amount: 19.99, status: 'completed' });
    expect(banner).toMatch(KEY);
    expect(banner).toMatch(SECRET);
    expect(banner).toContain(demoFile());
  });

  it('writes them to a file that only this user can read, and nothing serves', async () => {
    expect((await stat(demoFile())).mode & 0o777).toBe(0o600);
    const demo = JSON.parse(await readFile(demoFile(), 'utf8')) as Record<string, string>;
    expect(demo).toEqual({
      url: gateway.url,
      accountId: expect.stringMatching(/^user_/),
      apiKey: expect.stringMatching(KEY),
      webhookSecret: expect.stringMatching(SECRET),
    });
    for (const path of ['/demo.json', '/docs/demo.json', '/docs/guides/../../data/demo.json', '/api/v1/demo'])
      expect((await fetch(gateway.url + path)).status).toBe(404);
  });

  it('makes a merchant that the command line uses without any key', async () => {
    const mpg = await CommandLine.open({ MPG_URL: gateway.url, DATA_DIR: gateway.dataDir });
    try {
      expect(await mpg.json('payments', 'charge')).toMatchObject({ status: 'completed' });
    } finally {
      await mpg.close();
    }
  });
});

describe('A later start', () => {
  it('keeps the merchant, and only names the file once it was used', async () => {
    const before = await readFile(demoFile(), 'utf8');
    await gateway.terminate();
    await gateway.restart();
    expect(await readFile(demoFile(), 'utf8')).toBe(before);
    expect(lastBanner()).toContain(demoFile());
    expect(lastBanner()).not.toMatch(KEY);
    expect(lastBanner()).not.toMatch(SECRET);
  });

  it('makes another merchant if the file is gone', async () => {
    const before = await readFile(demoFile(), 'utf8');
    await gateway.terminate();
    await unlink(demoFile());
    await gateway.restart();
    expect(await readFile(demoFile(), 'utf8')).not.toBe(before);
    expect(lastBanner()).toMatch(KEY);
  });
});

it('No demo merchant is there in production and in tests', async () => {
  const other = await startGateway({ NODE_ENV: 'test' });
  try {
    await expect(stat(join(other.dataDir, 'demo.json'))).rejects.toThrow('ENOENT');
    expect(other.output).not.toMatch(KEY);
  } finally {
    await other.stop();
  }
});
