// Runs triggers of the official command line against the built gateway and prints what came of them as JSON.
// test/stories/stripe-cli.spec.ts starts it in a network namespace that has the loopback interface alone, so the
// gateway runs inside it too.
//   node trigger-events.js CLI FOLDER TRIGGER…
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const [cli, folder, ...triggers] = process.argv.slice(2);
const SERVER = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const AT_ONCE = 3;
const TRIGGER_MS = 40_000;
const EVENT_MS = 10_000;

const execute = promisify(execFile);
const server = spawn(process.execPath, [SERVER], {
  cwd: folder,
  env: { ...process.env, DATA_DIR: `${folder}/data` },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await addressOf(server);
const results = {};
const waiting = triggers.entries();
await Promise.all(Array.from({ length: AT_ONCE }, work));
server.kill('SIGTERM');
await once(server, 'close');
console.log(JSON.stringify(results));

/** Reads where the server listens from what it prints. */
async function addressOf({ stdout }) {
  for await (const line of createInterface({ input: stdout })) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+(?=\/api\/v1)/.exec(line) ?? [];
    if (address === undefined) continue;
    stdout.resume();
    return address;
  }
  throw new Error('The server ended before it listened.');
}

/** Each trigger has a key, and so an account, of its own: its events are those of the trigger alone. */
async function work() {
  for (const [index, trigger] of waiting) {
    const key = `sk_test_command_line_${index}`;
    results[trigger] = { ...(await run(trigger, key)), events: await eventsOf(trigger, key) };
  }
}

async function run(trigger, key) {
  const env = { PATH: process.env.PATH, HOME: folder, STRIPE_CLI_TELEMETRY_OPTOUT: '1' };
  const args = ['trigger', trigger, '--api-base', url, '--api-key', key];
  try {
    const { stdout, stderr } = await execute(cli, args, { env, cwd: folder, timeout: TRIGGER_MS });
    return { succeeded: true, output: `${stdout}${stderr}` };
  } catch (error) {
    return { succeeded: false, output: `${error.stdout}${error.stderr}` };
  }
}

/** The types of an account's events, once the trigger's own is among them. */
async function eventsOf(trigger, key) {
  const until = Date.now() + EVENT_MS;
  for (;;) {
    const answer = await fetch(`${url}/v1/events?limit=100`, { headers: { authorization: `Bearer ${key}` } });
    const types = (await answer.json()).data.map(({ type }) => type).reverse();
    if (types.includes(trigger) || Date.now() > until) return types;
    await sleep(100);
  }
}
