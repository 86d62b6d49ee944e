import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleTab } from '../support/console.js';
import { startSharedDatabase } from '../support/database.js';
import { within } from '../support/eventually.js';
import { ADMIN_EMAIL, ADMIN_PASSWORD, type Gateway, startGateway } from '../support/gateway.js';
import { type Answer, expectError } from '../support/http.js';
import { bearer, login, Merchant } from '../support/merchant.js';

const PROGRAM = fileURLToPath(new URL('../../dist/reset-admin.js', import.meta.url));
const NEW_PASSWORD = 'staple battery horse';
const OWN_SERVER = { MONGODB_URI: '' };

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reset-admin-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program to its end. */
async function reset(env: Readonly<Record<string, string>>, args: readonly string[] = [], input = ''): Promise<Run> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', BCRYPT_COST: '4', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('It has no streams.');
  stdin.on('error', () => undefined);
  stdin.end(input);
  const [printed, problems] = await within(
    'the program to end',
    30_000,
    Promise.all([text(stdout), text(stderr), once(child, 'close')]),
  );
  return { code: child.exitCode, stdout: printed, stderr: problems };
}

const tryPassword = (gateway: Gateway, password: string): Promise<Answer> =>
  gateway.request('POST', '/users/login', { json: { email: ADMIN_EMAIL, password } });

const passwordIn = ({ stdout }: Run): string => /shown only now: (\S+)\n/.exec(stdout)?.[1] ?? '';

describe('npm run reset-admin', () => {
  it('is a script of the project', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['reset-admin']).toContain('dist/reset-admin.js');
  });

  it('while the gateway runs: sets a new password, and ends all that was signed in or delayed', async () => {
    const gateway = await startGateway(OWN_SERVER);
    try {
      const merchant = await Merchant.joins(gateway);
      const { access_token } = await login(gateway, ADMIN_EMAIL, ADMIN_PASSWORD);
      const tab = new ConsoleTab(gateway);
      await tab.opens({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD });
      await Promise.all(Array.from({ length: 14 }, () => tryPassword(gateway, 'a guess of somebody')));
      expect((await tryPassword(gateway, ADMIN_PASSWORD)).status).toBe(429);

      const run = await reset({ DATA_DIR: gateway.dataDir });
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout).toContain(ADMIN_EMAIL);
      const password = passwordIn(run);
      expect(password).toMatch(/^[\w-]{16}$/);

      expectError(
        await gateway.request('GET', '/users/me', { headers: bearer(access_token) }),
        401,
        expect.any(String),
      );
      expect((await tab.triesToOpen({})).status).toBe(401);
      expect((await tryPassword(gateway, password)).body).toMatchObject({ role: 'system_admin' });
      expectError(await tryPassword(gateway, ADMIN_PASSWORD), 401, 'Invalid email or password.');
      expect((await merchant.asks('GET', '/users/me')).status).toBe(200);
      expect((await merchant.charges()).status).toBe('pending');
    } finally {
      await gateway.stop();
    }
  });

  it('while no gateway runs: the next start has the new password, and the folder is not held', async () => {
    const gateway = await startGateway(OWN_SERVER);
    try {
      const { access_token } = await login(gateway, ADMIN_EMAIL, ADMIN_PASSWORD);
      await gateway.terminate();
      const password = passwordIn(await reset({}, ['--data', gateway.dataDir]));
      await gateway.restart();
      expect((await tryPassword(gateway, password)).body).toMatchObject({ role: 'system_admin' });
      expect((await tryPassword(gateway, ADMIN_PASSWORD)).status).toBe(401);
      expect((await gateway.request('GET', '/users/me', { headers: bearer(access_token) })).status).toBe(401);
    } finally {
      await gateway.stop();
    }
  });

  it('takes a password from standard input, and does not print it', async () => {
    const gateway = await startGateway(OWN_SERVER);
    try {
      const run = await reset({ DATA_DIR: gateway.dataDir }, ['--password-stdin'], `${NEW_PASSWORD}\n`);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout).not.toContain(NEW_PASSWORD);
      expect((await tryPassword(gateway, NEW_PASSWORD)).status).toBe(200);
      for (const wrong of ['', 'short', 'é'.repeat(40), 'x'.repeat(65)]) {
        const refused = await reset({ DATA_DIR: gateway.dataDir }, ['--password-stdin'], wrong);
        expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('8 to 64 characters') });
      }
      expect((await tryPassword(gateway, NEW_PASSWORD)).status).toBe(200);
    } finally {
      await gateway.stop();
    }
  });

  it('works on a MongoDB with the settings of production', async () => {
    const database = await startSharedDatabase();
    const env = { NODE_ENV: 'production', MONGODB_URI: database.uri };
    const gateway = await startGateway(env);
    try {
      await login(gateway, ADMIN_EMAIL, ADMIN_PASSWORD);
      const password = passwordIn(await reset(env));
      expect((await tryPassword(gateway, password)).status).toBe(200);
    } finally {
      await gateway.stop();
      await database.stop();
    }
  });

  it('replaces a generated password that no start has shown', async () => {
    const gateway = await startGateway({ ...OWN_SERVER, NODE_ENV: 'development', ADMIN_PASSWORD: '' });
    try {
      await gateway.terminate();
      const file = join(gateway.dataDir, 'secrets.json');
      const { adminPasswordShown, ...secrets } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      expect(adminPasswordShown).toBe(true);
      await writeFile(file, JSON.stringify(secrets));
      await reset({ DATA_DIR: gateway.dataDir });
      await gateway.restart();
      expect(gateway.output.match(/generated, shown only now/g)).toHaveLength(1);
    } finally {
      await gateway.stop();
    }
  });

  it('says in one line what is wrong, and changes nothing', async () => {
    const nothing = join(folder, 'nothing');
    const runs = await Promise.all([
      reset({ DATA_DIR: nothing }),
      reset({ MONGODB_URI: 'mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200' }),
      reset({}, ['--user', 'me']),
    ]);
    expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual(runs.map(() => [1, '']));
    expect(runs.map(({ stderr }) => stderr.trim().split('\n').length)).toEqual([1, 1, 1]);
    expect(runs.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('holds no data'),
      expect.stringContaining('cannot be reached'),
      expect.stringContaining('Usage:'),
    ]);
  });
});
