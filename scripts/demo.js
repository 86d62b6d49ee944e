// Runs an integration from the registration to a refund, with a signed webhook, a decline and 3-D Secure, against a
// gateway that it starts itself. Exits with code 1 if a step fails. Needs the built server; `npm run demo` builds it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TIMEOUT_MS = 20_000;

const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
/** @param {number} code @param {string} text */
const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
/** @param {string} text */
const bold = (text) => paint(1, text);
/** @param {string} text */
const dim = (text) => paint(2, text);
/** @param {string} text */
const green = (text) => paint(32, text);
/** @param {string} text */
const red = (text) => paint(31, text);

/** Ends the gateway at once and removes its data; set once there is one. */
let stopAtOnce = () => {};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    stopAtOnce();
    process.exit(1);
  });

// Nobody reads on, as with `npm run demo | head`.
process.stdout.once('error', () => {
  stopAtOnce();
  process.exit(0);
});

let steps = 0;

/** @param {string} title */
function step(title) {
  steps += 1;
  console.log(`\n${bold(`${steps}. ${title}`)}`);
}

/** @param {string} what */
function ok(what) {
  console.log(`   ${green('✓')} ${what}`);
}

/** Shortens bearer tokens, which tell a reader nothing. @param {string} text */
function shortenTokens(text) {
  return text.replace(/eyJ[\w-]{10,}\.[\w.-]{20,}/g, (token) => `${token.slice(0, 24)}…`);
}

/** @param {unknown} value @returns {string} */
function indent(value) {
  return shortenTokens(JSON.stringify(value, null, 2)).replace(/^/gm, '     ');
}

/**
 * Rejects if the promise does not settle within TIMEOUT_MS.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
async function withTimeout(what, promise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}.`)), TIMEOUT_MS);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, late]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a request, prints it and its answer, and checks the status.
 *
 * @param {string} base
 * @param {string} method
 * @param {string} path
 * @param {{ headers?: Record<string, string>, body?: unknown, raw?: string, status: number }} request
 * @returns {Promise<any>}
 */
async function call(base, method, path, { headers = {}, body, raw, status }) {
  console.log(`   ${bold(`${method} ${path}`)}`);
  for (const [name, value] of Object.entries(headers)) console.log(dim(`     ${name}: ${shortenTokens(value)}`));
  if (body !== undefined) console.log(indent(body));
  if (raw !== undefined) console.log(`     ${raw}`);
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...(content !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(content !== undefined && { body: content }),
  });
  const answer = await response.json();
  console.log(
    `   ${dim('→')} ${response.status === status ? green(String(response.status)) : red(String(response.status))}`,
  );
  console.log(indent(answer));
  assert.equal(response.status, status, `${method} ${path} answered ${response.status} in place of ${status}`);
  return answer;
}

/**
 * Repeats a GET until its answer satisfies `until`, then prints it as `call` does.
 *
 * @param {string} base
 * @param {string} path
 * @param {{ headers: Record<string, string>, until: (answer: any) => boolean, what: string }} request
 * @returns {Promise<any>}
 */
async function callUntil(base, path, { headers, until, what }) {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const response = await fetch(`${base}${path}`, { headers });
    if (response.ok && until(await response.json())) return call(base, 'GET', path, { headers, status: 200 });
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await delay(50);
  }
}

/** Starts a gateway with its own data folder, on a free port. */
async function startGateway() {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-demo-'));
  const adminPassword = randomBytes(12).toString('base64url');
  const server = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.js', import.meta.url))], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(folder, 'data'),
      ADMIN_PASSWORD: adminPassword,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  stopAtOnce = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };

  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      try {
        await withTimeout('the gateway to stop', exited);
      } finally {
        server.kill('SIGKILL');
      }
    }
    await rm(folder, { recursive: true, force: true });
  };

  /** @type {Promise<string>} */
  const listening = new Promise((resolve, reject) => {
    let printed = '';
    server.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const base = /^ {2}API +(\S+)$/m.exec(printed)?.[1];
      if (base !== undefined) resolve(base);
    });
    server.once('error', reject);
    void exited.then(([code]) => reject(new Error(`The gateway ended with exit code ${String(code)}.`)));
  });
  try {
    return { base: await withTimeout('the gateway to start', listening), adminPassword, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the merchant's server, which receives one webhook. */
async function listenForWebhook() {
  const server = createServer();
  /** @type {Promise<{ headers: import('node:http').IncomingHttpHeaders, raw: Buffer }>} */
  const received = new Promise((resolve, reject) => {
    server.on('request', async (request, response) => {
      try {
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        response.writeHead(204).end();
        resolve({ headers: request.headers, raw: Buffer.concat(chunks) });
      } catch (error) {
        reject(error);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${address.port}/webhooks`, received, stop };
}

/**
 * What a test does in a sandbox: it moves the clock, and loses an answer.
 *
 * @param {string} base
 */
async function sandboxSteps(base) {
  const failing = createServer((request, response) => {
    request.resume();
    response.writeHead(500).end();
  });
  failing.listen(0, '127.0.0.1');
  await once(failing, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (failing.address());
  try {
    step('A test gets a sandbox, with a clock that stands still');
    const sandbox = await call(base, 'POST', '/sandboxes', {
      body: { seed: 'demo', clock: { now: '2026-01-31T09:00:00Z' }, settings: { processingDelayMs: 0 } },
      status: 201,
    });
    const key = { 'X-API-Key': sandbox.apiKey };

    step('Four days pass at once, and a webhook that always fails is tried again and again');
    const charge = { customerName: 'Ada Lovelace', paymentAmount: 5, currency: 'USD' };
    await call(base, 'POST', '/payments/charge', {
      headers: key,
      body: { ...charge, webhookUrl: `http://127.0.0.1:${port}/webhooks` },
      status: 201,
    });
    const began = performance.now();
    const advanced = await call(base, 'POST', '/clock/advance', { headers: key, body: { by: '4d' }, status: 200 });
    assert.equal(advanced.now, '2026-02-04T09:00:00.000Z');
    assert.equal(advanced.ran.length, sandbox.settings.webhookRetrySchedule.length - 1);
    ok(`nine more attempts, in ${Math.round(performance.now() - began)} ms`);

    step('The answer to a charge is lost, after the money moved');
    const fault = await call(base, 'POST', '/faults', {
      headers: key,
      body: { match: { operation: 'charge' }, when: 'after', effect: { type: 'reset' } },
      status: 201,
    });
    const keyed = { ...key, 'Idempotency-Key': 'order-7' };
    await assert.rejects(
      fetch(`${base}/payments/charge`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...keyed },
        body: JSON.stringify({ ...charge, orderReference: 'order-7' }),
      }),
    );
    ok('the connection was reset: the shop does not know whether it was charged');
    const again = await call(base, 'POST', '/payments/charge', {
      headers: keyed,
      body: { ...charge, orderReference: 'order-7' },
      status: 201,
    });
    const truth = await call(base, 'GET', `/faults/${fault.id}`, { headers: key, status: 200 });
    const [hit] = truth.hits;
    assert.deepEqual([hit.objectId, hit.moneyMoved, hit.repeatedWith], [again.id, true, 'same_key']);
    ok('it repeated the request with the same key, and the money moved once');
  } finally {
    failing.closeAllConnections();
    failing.close();
  }
}

async function demo() {
  const gateway = await startGateway();
  const listener = await listenForWebhook();
  const { base } = gateway;
  try {
    console.log(
      `A gateway runs on ${base}, a merchant listens on ${listener.url}. All keys and passwords below are thrown away in the end.`,
    );

    step('A merchant registers');
    const email = 'dev@acme.example';
    const password = 'correct horse battery';
    const merchant = await call(base, 'POST', '/users/register', {
      body: { name: 'Acme Corporation', email, password },
      status: 201,
    });
    assert.equal(merchant.role, 'user');

    step('It logs in');
    const session = await call(base, 'POST', '/users/login', { body: { email, password }, status: 200 });
    assert.equal(session.userId, merchant.userId);

    step('It charges a customer, with its API key');
    const key = { 'X-API-Key': merchant.apiKey };
    const charge = {
      customerName: 'Ada Lovelace',
      paymentAmount: 1000.5,
      currency: 'USD',
      details: 'Order #123',
      webhookUrl: listener.url,
    };
    const payment = await call(base, 'POST', '/payments/charge', { headers: key, body: charge, status: 201 });
    assert.equal(payment.status, 'pending');
    assert.equal(payment.amount, 1000.5);

    step('The payment completes by itself, and the webhook comes');
    const { headers, raw } = await withTimeout('the webhook', listener.received);
    const text = raw.toString('utf8');
    console.log(`   ${bold(`POST ${listener.url}`)}`);
    for (const name of ['x-signature', 'webhook-id', 'webhook-timestamp', 'webhook-signature'])
      console.log(dim(`     ${name}: ${String(headers[name])}`));
    console.log(indent(JSON.parse(text)));
    const event = JSON.parse(text);
    assert.equal(event.event, 'payment.completed');
    assert.equal(event.id, payment.id);
    assert.deepEqual(event.data, {
      customerName: 'Ada Lovelace',
      amount: 1000.5,
      currency: 'USD',
      status: 'completed',
    });
    ok('it says payment.completed of this payment');

    step('The merchant verifies its signature');
    const expected = createHmac('sha256', merchant.webhookSecret).update(raw).digest('hex');
    assert.equal(headers['x-signature'], expected);
    ok('X-Signature is the HMAC-SHA256 of the body with the webhook secret');
    const standard = createHmac('sha256', merchant.webhookSecret)
      .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`)
      .digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${standard}`);
    ok('webhook-signature is that of Standard Webhooks');
    await call(base, 'POST', '/webhook-receive', {
      headers: { ...key, 'X-Signature': expected },
      raw: text,
      status: 200,
    });
    ok('the gateway accepts what it sent');

    step('It queries its payments, with key and token');
    const token = { Authorization: `Bearer ${session.access_token}` };
    const found = await call(base, 'GET', '/payments/query?minAmount=1000&sortBy=amount&sortOrder=desc', {
      headers: { ...key, ...token },
      status: 200,
    });
    assert.equal(found.totalTransactions, 1);
    assert.equal(found.transactions[0].id, payment.id);
    assert.equal(found.transactions[0].status, 'completed');

    step('A card is declined, on purpose');
    const declined = await call(base, 'POST', '/payments/charge', {
      headers: key,
      body: {
        customerName: 'Ada Lovelace',
        paymentAmount: 20,
        currency: 'USD',
        paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds',
      },
      status: 201,
    });
    ok('a decline is no HTTP error: the charge is answered with 201');
    const failed = await callUntil(base, `/payments/${declined.id}`, {
      headers: key,
      until: (answer) => answer.status !== 'pending',
      what: 'the decline',
    });
    assert.equal(failed.status, 'failed');
    assert.deepEqual(
      [failed.failure.code, failed.failure.declineCode, failed.failure.advice],
      ['card_declined', 'insufficient_funds', 'try_another_card'],
    );
    ok('it says why, and what to do about it');

    step('Another card asks for 3-D Secure');
    const challenged = await call(base, 'POST', '/payments/charge', {
      headers: key,
      body: {
        customerName: 'Ada Lovelace',
        paymentAmount: 35,
        currency: 'USD',
        paymentMethod: 'pm_card_authenticationRequired',
        returnUrl: 'https://shop.example/done',
      },
      status: 201,
    });
    assert.equal(challenged.status, 'requires_action');
    assert.equal(challenged.nextAction.type, 'redirect');
    ok('a customer would be sent to nextAction.url; a test answers by the API');
    const authenticated = await call(base, 'POST', `/payments/${challenged.id}/authenticate`, {
      headers: key,
      body: { result: 'succeeded' },
      status: 200,
    });
    assert.deepEqual(
      [authenticated.status, authenticated.amountCaptured, authenticated.nextAction],
      ['completed', 35, null],
    );
    await call(base, 'POST', `/payments/${challenged.id}/authenticate`, {
      headers: key,
      body: { result: 'failed' },
      status: 409,
    });
    ok('it is answered once: a second answer is refused');

    step('A part of the first payment is given back');
    const refund = await call(base, 'POST', `/payments/${payment.id}/refunds`, {
      headers: key,
      body: { amount: 400.25, reason: 'One item returned' },
      status: 201,
    });
    assert.deepEqual([refund.paymentId, refund.amount, refund.status], [payment.id, 400.25, 'completed']);
    const rest = await call(base, 'GET', `/payments/${payment.id}`, { headers: key, status: 200 });
    assert.deepEqual([rest.status, rest.amountCaptured, rest.amountRefunded], ['completed', 1000.5, 400.25]);
    await call(base, 'POST', `/payments/${payment.id}/refunds`, {
      headers: key,
      body: { amount: 600.26 },
      status: 409,
    });
    ok('never more than was captured');

    step('The system admin makes it a merchant');
    const admin = await call(base, 'POST', '/users/login', {
      body: { email: 'admin@system.local', password: gateway.adminPassword },
      status: 200,
    });
    assert.equal(admin.role, 'system_admin');
    await call(base, 'PATCH', `/users/${merchant.userId}/role`, {
      headers: { Authorization: `Bearer ${admin.access_token}` },
      body: { new_role: 'merchant' },
      status: 200,
    });

    step('The new role holds at once, for the token from before');
    const greeted = await call(base, 'GET', '/protected', { headers: token, status: 200 });
    assert.equal(greeted.role, 'merchant');

    await sandboxSteps(base);

    console.log(`\n${green('Every step was as it should be.')}`);
  } finally {
    listener.stop();
    await gateway.stop();
  }
}

try {
  await demo();
} catch (error) {
  console.error(`\n${red('Not as it should be:')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
