// Starts and stops the servers of the benchmark, each as its own process.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TIMEOUT_MS = 30_000;

export function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), 'gateway-bench-'));
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Processes to kill if the benchmark fails. */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function spawnNode(args, options) {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Resolves when `url` answers with any status. Throws after TIMEOUT_MS. */
async function waitForAnswer(url) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Runs a Node program and waits until `probe` answers; `stop` ends it and removes `folder`. */
async function run(args, env, probe, folder) {
  const began = performance.now();
  const child = spawnNode(args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([
    waitForAnswer(probe),
    exited.then((code) => Promise.reject(new Error(`${args[0]} ended with ${code}`))),
  ]);
  return {
    startedInMs: performance.now() - began,
    /** CPU time of each thread of the process so far, in ms, by thread id. */
    threadCpu: () => readThreadCpu(child.pid),
    residentMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Reads /proc, which has user and system time in hundredths of a second. */
function readThreadCpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const [name] = /\((.*)\)/.exec(stat).slice(1);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [id, { name, ms: (Number(fields[11]) + Number(fields[12])) * 10 }];
  });
  return Object.fromEntries(threads);
}

const SECRETS = {
  ADMIN_PASSWORD: 'bench-admin-password',
  JWT_SECRET: 'bench-secret-of-at-least-32-characters',
  ENCRYPTION_KEY: '0'.repeat(64),
};

/** The only setting without its default value, apart from the retry schedule: quotas that no load reaches. */
const HIGH_LIMITS = 'anonymous=100000000/60,read=100000000/60,write=100000000/60';

/** Starts the built gateway, on its own embedded database unless `env` names another. */
export async function startGateway(env = {}) {
  const port = await freePort();
  const folder = env.DATA_DIR === undefined ? temporaryFolder() : null;
  const settings = {
    PORT: String(port),
    DATA_DIR: folder,
    RATE_LIMIT: HIGH_LIMITS,
    WEBHOOK_RETRY_SCHEDULE: '0,1,2',
    ...SECRETS,
    ...env,
  };
  const url = `http://127.0.0.1:${port}`;
  const server = await run([join(ROOT, 'dist/main.js')], settings, `${url}/api/v1/status`, folder);
  const socket = encodeURIComponent(join(settings.DATA_DIR, 'db', 'mongo.sock'));
  return {
    ...server,
    url: `${url}/api/v1`,
    databaseUri: settings.MONGODB_URI ?? `mongodb://${socket}/mock_payment_gateway`,
  };
}

/** Starts the embedded database alone. */
export async function startDatabase() {
  const port = await freePort();
  const folder = temporaryFolder();
  const child = spawnNode([join(ROOT, 'dist/embedded-mongo/cli.js'), '--port', String(port), '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    uri: (name) => `mongodb://127.0.0.1:${port}/${name}`,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a bare Fastify server: one indexed find and one insert with the driver, nothing else. */
export async function startBareServer(databaseUri) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return { ...(await run([join(ROOT, 'bench/bare-server.js'), String(port), databaseUri], {}, url)), url };
}

/** Starts `stripe-stateful-mock`, a sandbox that keeps everything in memory. */
export async function startInMemoryMock() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  return {
    ...(await run(
      [join(ROOT, 'bench/node_modules/stripe-stateful-mock/dist/cli.js')],
      { PORT: String(port), LOG_LEVEL: 'silent' },
      url,
    )),
    url,
  };
}
