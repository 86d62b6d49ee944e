// Installs a packed tarball into an empty folder and uses it there as a developer would, on any platform:
// `node scripts/smoke-package.js mock-payment-gateway-2.0.0.tgz`. Exits with 1 if anything does not work.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const isWindows = process.platform === 'win32';

/** Charges with the client in a sandbox of the fixtures, whose receiver gets the webhook. */
const USE = `
const gateway = await startGateway();
const shop = await gateway.sandbox();
const { id } = await shop.client.payments.charge({ customerName: 'Ada', paymentAmount: 5, currency: 'USD' });
const { data } = await shop.webhooks.next('payment.completed');
await shop.dispose();
await gateway.stop();
if (data.id !== id) throw new Error('The webhook is about ' + data.id);
console.log('fixtures: ' + data.status);`;

const PROGRAMS = {
  'program.mjs': `import { startGateway } from 'mock-payment-gateway';\n${USE}`,
  'program.cjs': `const { startGateway } = require('mock-payment-gateway/testing');\nvoid (async () => {${USE}\n})();`,
};

const [tarball] = process.argv.slice(2);
if (tarball === undefined) throw new Error('Name a tarball: node scripts/smoke-package.js FILE');

const folder = await mkdtemp(join(tmpdir(), 'mpg-smoke-'));
try {
  await install();
  await checkCommand();
  for (const name of Object.keys(PROGRAMS)) expectText(name, await node([name]), 'fixtures: completed');
  console.log(`The package works on ${process.platform} ${process.arch} with Node.js ${process.version}.`);
} finally {
  // Windows lets go of files a little after the process that had them open.
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

async function install() {
  await copyFile(tarball, join(folder, 'package.tgz'));
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  for (const [name, content] of Object.entries(PROGRAMS)) await writeFile(join(folder, name), content);
  // npm is a script of the shell on Windows. No argument has a space.
  const args = ['install', './package.tgz', '--no-audit', '--no-fund', '--prefer-offline'];
  await promisify(execFile)('npm', args, { cwd: folder, shell: isWindows });
}

async function checkCommand() {
  const manifest = await readFile(join(folder, 'node_modules/mock-payment-gateway/package.json'), 'utf8');
  const mpg = join(folder, 'node_modules/mock-payment-gateway', JSON.parse(manifest).bin.mpg);
  const begin = performance.now();
  const gateway = spawn(process.execPath, [mpg, 'start', '--port', '0', '--ephemeral'], {
    cwd: folder,
    env: await environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(gateway, 'close');
  try {
    const url = await printedUrl(gateway);
    await fetch(`${url}/api/v1/status`);
    console.log(`The first answer came ${(performance.now() - begin).toFixed(0)} ms after the command.`);
    const charged = await node([mpg, 'payments', 'charge', '--amount', '19.99', '--url', url, '--json']);
    expectText('mpg payments charge', charged, '"status":"completed"');
  } finally {
    gateway.kill('SIGTERM');
    await ended;
  }
}

/** The environment with a home of its own, so that no key or data of this machine is used or left. */
async function environment() {
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  for (const path of [home, temporary]) await mkdir(path, { recursive: true });
  const homes = { HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home };
  const folders = { XDG_DATA_HOME: join(home, 'share'), XDG_CONFIG_HOME: join(home, 'config') };
  return { ...process.env, ...homes, ...folders, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
}

async function printedUrl({ stdout }) {
  let printed = '';
  for await (const text of stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text;
    const url = /API\s+(http\S+)\/api\/v1/.exec(printed)?.[1];
    if (url !== undefined) {
      stdout.resume();
      return url;
    }
  }
  throw new Error(`The gateway did not start:\n${printed}`);
}

async function node(args) {
  const options = { cwd: folder, env: await environment(), timeout: 120_000 };
  return (await promisify(execFile)(process.execPath, args, options)).stdout;
}

function expectText(what, printed, text) {
  if (!printed.replaceAll(/\s/g, '').includes(text.replaceAll(' ', '')))
    throw new Error(`${what} printed:\n${printed}`);
}
