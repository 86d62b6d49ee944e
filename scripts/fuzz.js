// npm run fuzz: sends requests generated from openapi.json to the built gateway and checks every answer against it.
// FUZZ_REQUESTS is the minimum number of requests (20,000); the same FUZZ_SEED generates the same requests.
// Skipped if Python or schemathesis is not available.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIG = join(ROOT, 'scripts/fuzz');
const VENV = join(ROOT, 'build/fuzz-venv');
const SCHEMATHESIS = join(VENV, 'bin/st');

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Examples per operation in one round. Each round also sends about 1,800 requests that are always the same. */
const MAX_EXAMPLES = Math.min(60, Math.ceil(REQUESTS / 200));
const WITHOUT_NETWORK = '--without-network';
const START_TIMEOUT_MS = 30_000;
const ADMIN = { email: 'admin@system.local', password: 'fuzz-admin-password' };

if (process.argv.includes(WITHOUT_NETWORK)) process.exitCode = await fuzz({});
else if (!install()) console.log('fuzz: skipped, because Python 3 or schemathesis is not available');
else process.exitCode = canLeaveNetwork() ? runInNamespace() : await fuzz({ WEBHOOK_PORTS: '1' });

/** Installs schemathesis if needed. Returns false if that fails. */
function install() {
  const requirements = join(CONFIG, 'requirements.txt');
  const installed = join(VENV, 'requirements.txt');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(requirements, 'utf8')) return true;
  rmSync(VENV, { recursive: true, force: true });
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const ran = (command, args) => spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  if (!ran('python3', ['-m', 'venv', VENV])) return false;
  if (!ran(join(VENV, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]))
    return false;
  writeFileSync(installed, readFileSync(requirements));
  return true;
}

/**
 * Whether the gateway can run in its own network namespace. Charges have random webhook addresses; in the namespace
 * the gateway can reach only itself.
 */
function canLeaveNetwork() {
  return spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
}

function runInNamespace() {
  const script = 'ip link set lo up && exec "$@"';
  const args = ['-rn', 'sh', '-c', script, 'sh', process.execPath, fileURLToPath(import.meta.url), WITHOUT_NETWORK];
  return spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1;
}

/** Runs all rounds. Returns the exit code. */
async function fuzz(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-fuzz-'));
  const gateway = await startGateway(folder, settings);
  try {
    const total = { statuses: {}, failures: {}, failed: false };
    const callers = await createCallers(gateway.url);
    for (let round = 0; countOf(total) < REQUESTS; round += 1) {
      const before = countOf(total);
      runSchemathesis(gateway.url, folder, callers[round % callers.length], round, total);
      if (countOf(total) === before) throw new Error('schemathesis sent no requests.');
      if (gateway.exitCode() !== null) throw new Error('The gateway ended.');
    }
    return report(total);
  } finally {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startGateway(folder, settings) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    RATE_LIMIT: 'off',
    BCRYPT_COST: '4',
    PAYMENT_PROCESSING_DELAY_MS: '20',
    WEBHOOK_RETRY_SCHEDULE: '0,1',
    WEBHOOK_TIMEOUT_MS: '500',
    LOG_LEVEL: 'error',
    ADMIN_PASSWORD: ADMIN.password,
    JWT_SECRET: 'fuzz-secret-of-at-least-32-characters',
    ENCRYPTION_KEY: '0'.repeat(64),
    ...settings,
  };
  // The gateway logs only unexpected errors here: show them beside the figures.
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (
    !(await fetch(`${url}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('The gateway did not start.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url,
    exitCode: () => child.exitCode,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Creates the callers: a merchant with API key, token, or both, and the administrator with both. */
async function createCallers(url) {
  const call = (method, path, headers, body) => send(`${url}/api/v1${path}`, method, headers, body);
  const login = { email: 'merchant@fuzz.example', password: 'fuzz-merchant-password' };
  const { apiKey, userId } = await call('POST', '/users/register', {}, { name: 'Fuzz', ...login });
  const { access_token: token } = await call('POST', '/users/login', {}, login);
  const { access_token: adminToken } = await call('POST', '/users/login', {}, ADMIN);
  const { apiKey: adminKey } = await call(
    'POST',
    '/users/me/api-keys',
    { authorization: `Bearer ${adminToken}` },
    { name: 'Fuzz' },
  );
  const other = await call(
    'POST',
    '/users/register',
    {},
    { name: 'Other', email: 'other@fuzz.example', password: 'fuzz-other-password' },
  );

  const asMerchant = await createObjects(call, apiKey);
  const asAdmin = await createObjects(call, adminKey);
  const users = { user_id: [userId, other.userId], resource: ['transactions', 'users', 'Users'] };
  const key = { 'X-API-Key': apiKey };
  const bearer = { Authorization: `Bearer ${token}` };
  return [
    { headers: { ...key, ...bearer }, login, ids: { ...asMerchant, ...users } },
    {
      headers: { 'X-API-Key': adminKey, Authorization: `Bearer ${adminToken}` },
      login: ADMIN,
      ids: { ...asAdmin, user_id: [other.userId], resource: users.resource },
    },
    { headers: key, login, ids: { ...asMerchant, ...users } },
    { headers: bearer, login, ids: { ...asMerchant, ...users } },
  ];
}

/** Creates one of each kind of object that an account can own. Returns their ids by the names of path parameters. */
async function createObjects(call, apiKey) {
  const headers = { 'x-api-key': apiKey };
  const charge = (more) =>
    call('POST', '/payments/charge', headers, {
      customerName: 'Acme Corporation',
      paymentAmount: 100,
      currency: 'USD',
      ...more,
    });
  const endpoint = await call('POST', '/webhooks/endpoints', headers, { url: 'http://127.0.0.1:9/fuzz' });
  const card = await call('POST', '/payment-methods', headers, {
    number: '4242424242424242',
    expMonth: 12,
    expYear: new Date().getFullYear() + 1,
    cvc: '123',
  });
  const payments = [];
  for (let n = 0; n < 20; n += 1) payments.push(await charge({ capture: n % 2 ? 'manual' : 'automatic' }));
  payments.push(await charge({ paymentMethod: 'pm_card_authenticationRequired' }));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const refund = await call('POST', `/payments/${payments[0].id}/refunds`, headers, { amount: 5 });
  const idsOf = async (path) => (await call('GET', path, headers)).data.map(({ id }) => id);
  return {
    transaction_id: payments.map(({ id }) => id),
    resource_id: payments.slice(-3).map(({ id }) => id),
    payment_method_id: [card.id],
    refund_id: [refund.id],
    endpoint_id: [endpoint.id],
    event_id: await idsOf('/events?limit=5'),
    delivery_id: await idsOf('/webhooks/deliveries?limit=5'),
  };
}

async function send(url, method, headers, body) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function runSchemathesis(url, folder, { headers, login, ids }, round, total) {
  const setup = join(folder, 'setup.json');
  const counts = join(folder, 'counts.json');
  writeFileSync(setup, JSON.stringify({ url, headers, login, ids }));
  rmSync(counts, { force: true });
  const seed = SEED + round;
  const args = [
    '--config-file',
    join(CONFIG, 'schemathesis.toml'),
    'run',
    join(ROOT, 'openapi.json'),
    '--url',
    url,
    '--seed',
    String(seed),
    // A stream of server-sent events never ends.
    '--exclude-path-regex',
    '/stream$',
    '--continue-on-failure',
    '--no-color',
    '--max-examples',
    String(MAX_EXAMPLES),
    '--generation-database',
    'none',
    '--suppress-health-check',
    'all',
    '--warnings',
    'off',
  ];
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: 'hooks',
    PYTHONPATH: CONFIG,
    PYTHONDONTWRITEBYTECODE: '1',
    FUZZ_SETUP: setup,
    FUZZ_COUNTS: counts,
    FUZZ_SEED: String(seed),
  };
  const { status, stdout } = spawnSync(SCHEMATHESIS, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) {
    total.failed = true;
    console.log(stdout);
  }
  if (!existsSync(counts)) throw new Error(`schemathesis ended with ${status}.`);
  const counted = JSON.parse(readFileSync(counts, 'utf8'));
  for (const kind of ['statuses', 'failures'])
    for (const [name, count] of Object.entries(counted[kind])) total[kind][name] = (total[kind][name] ?? 0) + count;
}

function countOf({ statuses }, from = 100, to = 600) {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (Number(status) >= from && Number(status) < to ? count : 0),
    0,
  );
}

function report(total) {
  const offSchema = Object.values(total.failures).reduce((sum, count) => sum + count, 0);
  const serverErrors = countOf(total, 500);
  const classes = [2, 3, 4, 5].map((first) => `${first}xx ${countOf(total, first * 100, (first + 1) * 100)}`);
  console.log(
    `fuzz: by status: ${Object.entries(total.statuses)
      .map(([status, count]) => `${status} × ${count}`)
      .join(', ')}`,
  );
  for (const [name, count] of Object.entries(total.failures)) console.log(`fuzz: ${count} × ${name}`);
  console.log(
    `fuzz: ${countOf(total)} requests: ${classes.join(', ')}; ${serverErrors} server errors, ${offSchema} answers off the schema`,
  );
  return serverErrors + offSchema > 0 || total.failed ? 1 : 0;
}
