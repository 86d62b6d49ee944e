import { spawn } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { percentile, post, register, SECONDS } from '../load.js';
import { figure } from '../print.js';
import { startGateway } from '../servers.js';

const ATTACKER = fileURLToPath(new URL('../attacker.js', import.meta.url));
const PER_SECOND = 50;
const GOAL = '1.1 or less';

const ATTACKS = {
  number: 'a number of 100 kB in JSON',
  name: 'a customerName of 7,000 letters',
  unfinished: '500 unfinished bodies',
  silence: '1,500 payments to addresses that never answer',
  registrations: '600 registrations at once',
};

/** How attacks slow down another client. Rate limits have their defaults; each side has its own address. */
export async function attacks() {
  for (const [attack, name] of Object.entries(ATTACKS)) {
    const gateway = await startGateway({ RATE_LIMIT: '', PAYMENT_PROCESSING_DELAY_MS: '100' });
    const victim = await register(gateway.url);
    const { apiKey } = await register(gateway.url);
    const payment = await post(
      `${gateway.url}/payments/charge`,
      { 'x-api-key': victim.apiKey },
      { customerName: 'Victim', paymentAmount: 1, currency: 'USD' },
    );
    const read = () => timeRequest(`${gateway.url}/payments/${payment.id}`, { 'x-api-key': victim.apiKey });
    const receiver = attack === 'silence' ? await startReceiver() : null;
    const measure = async () => ({
      reads: await runAtRate(PER_SECOND, SECONDS, read),
      webhooks: receiver ? await runAtRate(5, SECONDS, () => receiver.charge(gateway.url, victim.apiKey)) : [],
      logins:
        attack === 'registrations'
          ? await runAtRate(1, SECONDS, () =>
              timeRequest(`${gateway.url}/users/login`, {}, { email: victim.email, password: 'bench-password' }),
            )
          : [],
    });
    // Run once before, so that V8 has compiled the measured code.
    await measure();
    const before = await measure();
    const attacker = await startAttacker(attack, gateway.url, apiKey);
    const during = await measure();
    attacker.kill('SIGKILL');
    compare(`${name}: a read`, before.reads, during.reads);
    compare(`${name}: from charge to webhook`, before.webhooks, during.webhooks);
    compare(`${name}: a login`, before.logins, during.logins);
    receiver?.stop();
    await gateway.stop();
  }
}

function compare(name, before, during) {
  if (before.length === 0) return;
  const at = (fraction) => [during, before].map((times) => percentile(times, fraction));
  const [p50, usual50] = at(0.5);
  const [p99, usual99] = at(0.99);
  figure(
    name,
    `${(p50 / usual50).toFixed(2)} × the median (${usual50.toFixed(1)} → ${p50.toFixed(1)} ms), p99 ${usual99.toFixed(1)} → ${p99.toFixed(1)} ms`,
    GOAL,
  );
}

/** Starts `act` at a fixed rate, without waiting for earlier calls. Returns the durations in ms. */
async function runAtRate(perSecond, seconds, act) {
  const times = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    times.push(act());
    await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
  }
  return Promise.all(times);
}

const agent = new Agent({ keepAlive: true });

function timeRequest(url, headers, body) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const options = {
      agent,
      localAddress: '127.0.0.2',
      method: body ? 'POST' : 'GET',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    };
    const sent = request(url, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url}: ${answer.statusCode}`));
      answer.resume().on('end', () => resolve(performance.now() - began));
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** Starts a receiver that measures the time from a charge to its webhook. */
async function startReceiver() {
  const waiting = new Map();
  const server = createServer((received, answer) => {
    waiting.get(received.url)?.(performance.now());
    received.resume();
    answer.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  let count = 0;
  return {
    charge: async (api, apiKey) => {
      const path = `/${(count += 1)}`;
      const received = new Promise((resolve) => waiting.set(path, resolve));
      const began = performance.now();
      await post(
        `${api}/payments/charge`,
        { 'x-api-key': apiKey },
        {
          customerName: 'Victim',
          paymentAmount: 1,
          currency: 'USD',
          webhookUrl: `http://127.0.0.1:${server.address().port}${path}`,
        },
      );
      return (await received) - began;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Starts the attacker. Resolves once the attack is running. */
async function startAttacker(attack, api, apiKey) {
  const child = spawn(process.execPath, [ATTACKER, attack, api, apiKey], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`The attacker ended with ${code}.`)));
  });
  return child;
}
