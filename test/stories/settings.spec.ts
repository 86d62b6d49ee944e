import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSharedDatabase } from '../support/database.js';
import {
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
  ENCRYPTION_KEY,
  JWT_SECRET,
  runUntilItEnds,
  startGateway,
} from '../support/gateway.js';
import { login, Merchant } from '../support/merchant.js';

const SECRETS = { ADMIN_PASSWORD, JWT_SECRET, ENCRYPTION_KEY };

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const lines = (text: string): string[] => text.trim().split('\n');

describe('Wrong settings', () => {
  it('are all named at once, and the process ends with 1', async () => {
    const wrong = {
      NODE_ENV: 'staging',
      PORT: '70000',
      BCRYPT_COST: '99',
      JWT_SECRET: 'short',
      ENCRYPTION_KEY: 'not hex',
      ADMIN_EMAIL: 'nobody',
      ADMIN_PASSWORD: 'short',
      MONGODB_URI: 'http://not-mongo',
      PAYMENT_PROCESSING_DELAY_MS: '-1',
      WEBHOOK_RETRY_SCHEDULE: 'soon',
      WEBHOOK_TIMEOUT_MS: '0',
      JWT_TTL_SECONDS: '1.5',
      LOG_LEVEL: 'loud',
      RATE_LIMIT: 'maybe',
      TRUST_PROXY: 'true',
    };
    const { code, stderr, stdout } = await runUntilItEnds(wrong);
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(stderr).toContain(name);
    for (const value of ['short', 'not hex']) expect(stderr).not.toContain(`'${value}'`);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
  });
});

describe('A start that cannot succeed', () => {
  it('says in one sentence that its port is taken, and the next one shows the generated password', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taken-'));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const unset = { ADMIN_PASSWORD: '', JWT_SECRET: '', ENCRYPTION_KEY: '', DATA_DIR: folder };
    try {
      const { code, stderr } = await runUntilItEnds({ ...unset, PORT: String(port) });
      expect([code, stderr.trim()]).toEqual([
        1,
        `Port ${port} of 127.0.0.1 is taken. Stop what uses it, or set PORT to another one.`,
      ]);
      const gateway = await startGateway(unset);
      const password = /Admin\s+admin@system\.local \/ (\S+)/.exec(gateway.output)?.[1] ?? '';
      const { role } = await login(gateway, ADMIN_EMAIL, password).finally(() => gateway.stop());
      expect(role).toBe('system_admin');
    } finally {
      server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    [{ PORT: 'abc' }, 'PORT must be a whole number, from 0 to 65535; it is "abc"'],
    [
      { PAYMENT_PROCESING_DELAY_MS: '5' },
      'PAYMENT_PROCESING_DELAY_MS is not a setting; PAYMENT_PROCESSING_DELAY_MS is',
    ],
    [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY must be one of the following values: on, off; it is "yes"'],
  ])('names %j with what is right', async (setting, sentence) => {
    const { code, stderr } = await runUntilItEnds({ ...SECRETS, ...setting });
    expect([code, stderr]).toEqual([1, `Invalid settings:\n- ${sentence}\n`]);
  });

  it('is not what a schedule that begins later is: it says what that means', async () => {
    const gateway = await startGateway({ WEBHOOK_RETRY_SCHEDULE: '5,1' });
    await gateway.stop();
    expect(gateway.output).toContain('WEBHOOK_RETRY_SCHEDULE begins with 5: each webhook is first sent 5 s after');
  });
});

describe('In production', () => {
  it('nothing is generated: the database and every secret are required', async () => {
    const { code, stderr } = await runUntilItEnds({ NODE_ENV: 'production' });
    expect(code).toBe(1);
    for (const name of ['MONGODB_URI', 'ADMIN_PASSWORD', 'JWT_SECRET', 'ENCRYPTION_KEY'])
      expect(stderr).toContain(name);
  });

  it('the embedded database is no fallback', async () => {
    const { code, stderr } = await runUntilItEnds({ NODE_ENV: 'production', ...SECRETS });
    expect({ code, stderr: stderr.trim() }).toEqual({ code: 1, stderr: expect.stringContaining('MONGODB_URI') });
  });
});

describe('A database that cannot be reached', () => {
  it('ends the process with 1 and one clear line, in development and in production', async () => {
    const port = await closedPort();
    const MONGODB_URI = `mongodb://somebody:a-password-of-mine@127.0.0.1:${port}/gateway`;
    for (const { code, stderr, stdout } of await Promise.all(
      ['development', 'production'].map((NODE_ENV) => runUntilItEnds({ NODE_ENV, ...SECRETS, MONGODB_URI })),
    )) {
      expect(code).toBe(1);
      expect(lines(stderr)).toHaveLength(1);
      expect(stderr).toContain(`127.0.0.1:${port}`);
      expect(stderr + stdout).not.toContain('a-password-of-mine');
      expect(stdout).not.toContain('API');
    }
  });
});

describe('The embedded database', () => {
  it('is not opened by a second process, which says so in one line', async () => {
    // Not with a real MongoDB, whatever the tests run on: an empty setting counts as not set.
    const gateway = await startGateway({ MONGODB_URI: '' });
    try {
      const { code, stderr } = await runUntilItEnds({ ...SECRETS, DATA_DIR: gateway.dataDir });
      expect(code).toBe(1);
      expect(lines(stderr)).toHaveLength(1);
      await Merchant.joins(gateway);
    } finally {
      await gateway.stop();
    }
  });
});

describe('Secrets that are not set', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const UNSET = { ADMIN_PASSWORD: '', JWT_SECRET: '', ENCRYPTION_KEY: '' };

  it('are generated once, readable by the owner only, and the admin password is printed at the first start only', async () => {
    const gateway = await startGateway({ ...UNSET, DATA_DIR: folder });
    try {
      const password = /Admin\s+admin@system\.local \/ (\S+)/.exec(gateway.output)?.[1] ?? '';
      expect(password.length).toBeGreaterThanOrEqual(12);
      const session = await login(gateway, ADMIN_EMAIL, password);
      expect(session.role).toBe('system_admin');

      const file = join(folder, 'secrets.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const written = await readFile(file, 'utf8');

      await gateway.terminate();
      const printedBefore = gateway.output.length;
      await gateway.restart();
      const printedSince = gateway.output.slice(printedBefore);
      expect(printedSince).toContain('API');
      expect(printedSince).not.toContain(password);
      expect(await readFile(file, 'utf8')).toBe(written);
      expect((await login(gateway, ADMIN_EMAIL, password)).role).toBe('system_admin');
      expect(
        (await gateway.request('GET', '/protected', { headers: { authorization: `Bearer ${session.access_token}` } }))
          .status,
      ).toBe(200);
    } finally {
      await gateway.stop();
    }
  });
});

describe('MONGODB_URI', () => {
  it('is where the data is, and nothing is written to DATA_DIR', async () => {
    const database = await startSharedDatabase();
    try {
      const gateway = await startGateway({ MONGODB_URI: database.uri });
      try {
        const { userId } = await Merchant.joins(gateway);
        expect(
          await (await gateway.database()).collection<{ _id: string }>('accounts').findOne({ _id: userId }),
        ).not.toBeNull();
        await expect(stat(gateway.dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
      } finally {
        await gateway.stop();
      }
    } finally {
      await database.stop();
    }
  });
});

describe('A .env file', () => {
  it('in the folder of the start is read', async () => {
    const gateway = await startGateway({ BCRYPT_COST: '4' });
    try {
      await gateway.terminate();
      await writeFile(join(gateway.dataDir, '..', '.env'), 'CORS_ORIGINS=https://shop.example\n');
      await gateway.restart();
      const { headers } = await gateway.request('GET', '/status', { headers: { origin: 'https://shop.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    } finally {
      await gateway.stop();
    }
  });
});
