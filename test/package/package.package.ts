import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { COMMONJS_TEST, PROGRAMS, TYPE_PROGRAMS } from './example-programs.js';
import { nodeVersions } from './node-versions.js';
import { packages, run, type Running, type RunOptions, start } from './programs.js';

/** What test runs have in a temporary folder. */
async function runFolders(temporary: string): Promise<string[]> {
  const names = await readdir(temporary);
  const ofUsers = names.filter((name) => name.startsWith('mock-payment-gateway-'));
  return (await Promise.all(ofUsers.map((name) => readdir(join(temporary, name))))).flat();
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_BYTES = 15 * 1024 * 1024;
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const folder = await mkdtemp(join(tmpdir(), 'mpg-package-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An empty project with the package, and the example shop with the package of this build. */
const project = join(folder, 'project');
const shop = join(folder, 'shop');
const mpg = join(project, 'node_modules/mock-payment-gateway/dist/cli/main.js');

// Not in a hook, because the versions of Node.js that can be fetched decide which tests there are.
const { packed, tarball, nodes } = await prepare().catch(async (error: unknown) => {
  await rm(folder, { recursive: true, force: true });
  throw error;
});

async function prepare() {
  const { stdout } = await run('npm', ['pack', '--pack-destination', folder, '--json'], { cwd: ROOT });
  const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; files: { path: string }[] }];
  const tarball = join(folder, packed.filename);
  await packages(project, PROGRAMS, tarball);
  await openShop(tarball);
  return { packed, tarball, nodes: await nodeVersions(folder) };
}

async function openShop(tarball: string): Promise<void> {
  const source = join(ROOT, 'examples/shop');
  // Without what is left of running it there.
  await cp(source, shop, { recursive: true, filter: (path) => !/\/(?:node_modules|dist|test-results)$/.test(path) });
  const manifest = await readFile(join(source, 'package.json'), 'utf8');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const published = `"mock-payment-gateway": "${version}"`;
  if (!manifest.includes(published)) throw new Error(`package.json of the shop has no ${published}`);
  const content = manifest.replace(published, `"mock-payment-gateway": ${JSON.stringify(`file:${tarball}`)}`);
  await packages(shop, { ...TYPE_PROGRAMS, 'package.json': content });
  await mkdir(join(shop, 'commonjs'));
  await writeFile(join(shop, 'commonjs/package.json'), '{ "type": "commonjs" }');
  await writeFile(join(shop, 'commonjs/charge.test.cjs'), COMMONJS_TEST);
}

/** Options of a program whose user has an empty home, where temporary files go too. */
async function newUser(cwd: string, node = process.execPath): Promise<RunOptions & { readonly temporary: string }> {
  const home = await mkdtemp(join(folder, 'home-'));
  const temporary = join(home, 'tmp');
  await mkdir(temporary);
  const env = { HOME: home, XDG_DATA_HOME: join(home, 'share'), XDG_CONFIG_HOME: join(home, 'config') };
  return { cwd, node, temporary, env: { ...env, TMPDIR: temporary } };
}

const startGateway = (options: RunOptions, ...args: readonly string[]): Promise<Running> =>
  start([mpg, 'start', '--port', '0', ...args], /API\s+(http\S+)\/api\/v1/, options);

let shopIsFree: Promise<unknown> = Promise.resolve();

/** Runs the tests of the shop, one run after another: they write into its folder. */
function testShop(user: RunOptions): Promise<void> {
  const ran = shopIsFree.then(() => run('npm', ['test'], user));
  shopIsFree = ran.catch(() => undefined);
  return ran.then(() => undefined);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('The package', () => {
  it('is small, and has what programs need and nothing else', () => {
    console.log(`The tarball has ${(packed.size / 1024 / 1024).toFixed(1)} MB.`);
    expect(packed.size).toBeLessThanOrEqual(MAX_BYTES);
    const paths = packed.files.map(({ path }) => path);
    const foreign = /^(?!dist\/|docs\/).+\/|\.(?:map|tsbuildinfo)$|\.spec\.|(?<!\.d)\.ts$|\/export-|\/\./;
    expect(paths.filter((path) => foreign.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'openapi.json', 'dist/cli/main.js']));
  });

  it.concurrent('brings few packages, and none of the tools of its development', async () => {
    const manifest = await readFile(join(project, 'node_modules/mock-payment-gateway/package.json'), 'utf8');
    const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
    const expected = ['bcrypt', 'classic-level', 'eventsource-parser', 'openapi-fetch', 'pino', 'pino-pretty'];
    expect(Object.keys(dependencies).sort()).toEqual(expected);
    const installed = await readdir(join(project, 'node_modules'));
    const tools = ['typescript', 'jest', 'vitest', 'esbuild', 'eslint', '@nestjs', '@playwright', '@jest'];
    expect(installed.filter((name) => tools.includes(name))).toEqual([]);
  });

  it.concurrent('keeps its data in the data folder of the user, and reads no .env of the current folder', async () => {
    const cwd = await mkdtemp(join(folder, 'current-'));
    await writeFile(join(cwd, '.env'), 'NODE_ENV=nonsense\nDATA_DIR=nonsense\n');
    const user = await newUser(cwd);
    const gateway = await startGateway(user);
    await gateway.stop();
    expect(await readdir(cwd)).toEqual(['.env']);
    const data = await readdir(join(user.env?.XDG_DATA_HOME ?? '', 'mock-payment-gateway'));
    expect(data).toContain('demo.json');
  });

  it.concurrent('passes the smoke test of releases', async () => {
    const script = join(ROOT, 'scripts/smoke-package.js');
    const user = await newUser(folder);
    const { stdout } = await run(process.execPath, [script, tarball], user);
    expect(stdout).toContain('The package works');
    expect(await readdir(user.temporary)).toEqual([]);
  });

  it.concurrent.each([
    ['nodenext', 'nodenext', ['types.mts', 'types.cts']],
    ['esnext', 'bundler', ['types.mts']],
  ])('has types for modules %s with the resolution %s', async (module, resolution, files) => {
    const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--types', 'node'];
    const modules = ['--module', module, '--moduleResolution', resolution];
    await run(process.execPath, [TSC, '--ignoreConfig', ...strict, ...modules, ...files], { cwd: shop });
  });
});

describe('The example shop', () => {
  it.concurrent('has right types', async () => {
    await run('npm', ['run', 'typecheck'], { cwd: shop });
  });

  it.concurrent('sells against a gateway that was just started, without any settings', async () => {
    const user = await newUser(shop);
    const gateway = await startGateway(user, '--ephemeral');
    try {
      await run(process.execPath, [TSC, '-p', 'tsconfig.build.json'], { cwd: shop });
      const env = { ...user.env, GATEWAY_URL: gateway.url, PORT: String(await freePort()) };
      const site = await start(['dist/main.js'], /The shop is open: (\S+)/, { ...user, env });
      try {
        expect(await (await fetch(site.url)).text()).toContain('Teapot');
        const id = crypto.randomUUID();
        const body = new URLSearchParams({ id, article: 'mug', customer: 'Ada', card: 'pm_card_visa' });
        await fetch(`${site.url}/orders`, { method: 'POST', body });
        const page = await (await fetch(`${site.url}/orders/${id}`)).text();
        expect(page).toContain('You are charged when it leaves.');
      } finally {
        await site.stop();
      }
    } finally {
      await gateway.stop();
    }
  });
});

describe.each(nodes)('On Node.js $major', ({ major, path, problem }) => {
  if (path === null) {
    console.warn(`Node.js ${major} could not be fetched, so that nothing was tested on it. ${problem ?? ''}`);
    it.skip('nothing, because it could not be fetched', () => undefined);
    return;
  }

  it.concurrent('the command starts a gateway that answers, and charges', async () => {
    const user = await newUser(project, path);
    const begin = performance.now();
    const gateway = await startGateway(user, '--ephemeral');
    try {
      await fetch(`${gateway.url}/api/v1/status`);
      const ms = performance.now() - begin;
      const page = await (await fetch(`${gateway.url}/console/`)).text();
      const [script = ''] = /\/console\/assets\/index-[\w-]+\.js/.exec(page) ?? [];
      expect((await fetch(`${gateway.url}${script}`)).status).toBe(200);
      console.log(`Node.js ${major}: the first answer came ${ms.toFixed(0)} ms after the command.`);
      const charge = ['payments', 'charge', '--amount', '19.99', '--url', gateway.url, '--json'];
      const { stdout } = await run(path, [mpg, ...charge], user);
      expect(JSON.parse(stdout)).toMatchObject({ amount: 19.99, status: 'completed' });
    } finally {
      await gateway.stop();
    }
    expect(await readdir(user.temporary)).toEqual([]);
  });

  it.concurrent.each(
    Object.keys(PROGRAMS).flatMap((name) => [
      [name, 'stops'],
      [name, 'only ends'],
    ]),
  )('%s uses client and fixtures and %s, and leaves nothing behind', async (name, ending) => {
    const user = await newUser(project, path);
    const { stdout } = await run(path, [name, ending], user);
    const { url, status } = JSON.parse(stdout) as { url: string; status: string };
    expect(status).toBe('completed');
    await eventually(
      'the gateway to end',
      () =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      (isGone) => isGone,
      ending === 'stops' ? 0 : undefined,
    );
    await eventually(
      'its folder to be removed',
      () => runFolders(user.temporary),
      (left) => left.length === 0,
      ending === 'stops' ? 0 : undefined,
    );
  });

  it.concurrent('tests of a CommonJS project pass with Jest', async () => {
    const user = await newUser(join(shop, 'commonjs'), path);
    const jest = join(shop, 'node_modules/jest/bin/jest.js');
    await run(path, [jest, '--rootDir', '.', '--testMatch', '**/*.test.cjs', '--testTimeout', '30000'], user);
  });

  it.concurrent('the tests of the example shop pass with Vitest, Jest and Playwright', async () => {
    await testShop(await newUser(shop, path));
  });
});
