// npm run bench: prints figures of the built gateway, and ratios where there is something to compare with.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { MongoClient } from 'mongodb';
import { load, percentile, post } from './load.js';
import { startBareServer, startDatabase, startGateway, startInMemoryMock } from './servers.js';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CHARGE = { customerName: 'Acme Corporation', paymentAmount: 19.99, currency: 'USD' };

const print = (text) => process.stdout.write(`${text}\n`);
const row = (name, { perSecond, p50, p99 }) => print(`  ${name.padEnd(46)} ${perSecond.toFixed(0).padStart(7)}/s   p50 ${String(p50).padStart(5)} ms   p99 ${String(p99).padStart(5)} ms`);
const figure = (name, value, goal) => print(`  ${name.padEnd(46)} ${value}${goal ? `   (goal: ${goal})` : ''}`);

async function register(api) {
  const email = `${randomUUID()}@bench.example`;
  const account = await post(`${api}/users/register`, {}, { name: 'Bench', email, password: 'bench-password' });
  const session = await post(`${api}/users/login`, {}, { email, password: 'bench-password' });
  return { ...account, email, token: session.access_token };
}

const charging = (api, apiKey, more = {}) => ({
  url: `${api}/payments/charge`,
  method: 'POST',
  seconds: SECONDS,
  headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
  body: JSON.stringify({ ...CHARGE, ...more }),
});

const withKeys = (options) => ({
  ...options,
  requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, headers: { ...options.headers, 'idempotency-key': randomUUID() } }) }],
});

/** A receiver that answers at once and notes when each webhook came. */
async function startReceiver() {
  const arrivals = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      arrivals.push({ at: Date.now(), body: Buffer.concat(chunks) });
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, arrivals, stop: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())) };
}

async function until(condition, patienceMs = 120_000) {
  const deadline = Date.now() + patienceMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The benchmark waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function startUp() {
  print('Start');
  const runs = [];
  for (let count = 0; count < 3; count += 1) {
    const gateway = await startGateway();
    runs.push({ ms: gateway.startedInMs, mb: gateway.residentMb() });
    await gateway.stop();
  }
  figure('node dist/main.js to the first answer, median', `${percentile(runs.map(({ ms }) => ms), 0.5).toFixed(0)} ms`, 'under 1500 ms');
  figure('memory after start, both threads, median', `${percentile(runs.map(({ mb }) => mb), 0.5).toFixed(0)} MB`, 'under 150 MB');
}

async function routes(env, name) {
  print(`\nRoutes, ${name}`);
  const gateway = await startGateway(env);
  const { apiKey, token, email } = await register(gateway.url);
  row('status', await load('status', { url: `${gateway.url}/status`, seconds: SECONDS }));
  row('login (bcrypt cost 12)', await load('login', { url: `${gateway.url}/users/login`, method: 'POST', seconds: SECONDS, connections: 8, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password: 'bench-password' }) }));
  const plain = await load('charge', charging(gateway.url, apiKey));
  row('charge', plain);
  const idempotent = await load('idempotent charge', withKeys(charging(gateway.url, apiKey)));
  row('charge with an Idempotency-Key', idempotent);
  figure('idempotent charge to plain charge', (idempotent.perSecond / plain.perSecond).toFixed(2), '0.7 or better');
  const receiver = await startReceiver();
  row('charge with a webhook', await load('charge with webhook', charging(gateway.url, apiKey, { webhookUrl: receiver.url })));
  await queries(gateway, token);
  figure('memory after the run', `${gateway.residentMb().toFixed(0)} MB`);
  await gateway.stop();
  await receiver.stop();

  const limited = await startGateway({ ...env, RATE_LIMIT: 'anonymous=1000000/60,read=1000000/60,write=1000000/60' });
  const owner = await register(limited.url);
  const counted = await load('charge with rate limits', charging(limited.url, owner.apiKey));
  row('charge with rate limits', counted);
  figure('charge with rate limits to without', (counted.perSecond / plain.perSecond).toFixed(2), '0.95 or better');
  await limited.stop();
}

/** 10,000 payments of one account among 100,000, copied from one that was charged. */
async function queries(gateway, token) {
  const owner = await register(gateway.url);
  await post(`${gateway.url}/payments/charge`, { 'x-api-key': owner.apiKey }, CHARGE);
  const client = await MongoClient.connect(gateway.databaseUri);
  const payments = client.db().collection('payments');
  const model = await payments.findOne({ accountId: owner.userId });
  delete model.dueAt;
  delete model.relayAt;
  for (let batch = 0; batch < 100; batch += 1) {
    const accountId = batch % 10 === 0 ? owner.userId : `user_${String(batch).padStart(24, '0')}`;
    const copies = Array.from({ length: 1000 }, (_, index) => {
      const amount = 1 + Math.floor(batch / 10) * 1000 + index;
      const id = `${model._id.slice(0, 16)}${(batch * 1000 + index).toString(16).padStart(12, '0')}`;
      return { ...model, _id: id, accountId, amount, comparableAmount: amount * 100, status: 'completed', relayed: model.history.length };
    });
    await payments.insertMany(copies);
  }
  await client.close();
  const headers = { 'x-api-key': owner.apiKey, authorization: `Bearer ${owner.token ?? token}` };
  row('query a page of 10 by amount, 10,000 of 100,000', await load('query', { url: `${gateway.url}/payments/query?minAmount=50&sortBy=amount&limit=10`, seconds: SECONDS, headers }));
  row('query 100 matches, no page', await load('query', { url: `${gateway.url}/payments/query?minAmount=99.01`, seconds: SECONDS, headers }));
}

async function webhooks(env, name) {
  print(`\nWebhooks, ${name}`);
  const receiver = await startReceiver();
  const gateway = await startGateway({ ...env, PAYMENT_PROCESSING_DELAY_MS: '3000', REQUEST_LOG: 'off' });
  const { apiKey } = await register(gateway.url);
  const count = 2000;
  for (let done = 0; done < count; done += 50) {
    await Promise.all(Array.from({ length: 50 }, () => post(`${gateway.url}/payments/charge`, { 'x-api-key': apiKey }, { ...CHARGE, webhookUrl: receiver.url })));
  }
  await until(() => receiver.arrivals.length >= count);
  const times = receiver.arrivals.map(({ at }) => at).sort((a, b) => a - b);
  const [first, last] = [times[Math.floor(count * 0.1)], times[Math.floor(count * 0.9)]];
  figure('deliveries to a receiver that answers at once', `${((count * 0.8) / ((last - first) / 1000)).toFixed(0)}/s`, '500/s or better');

  receiver.arrivals.length = 0;
  const perSecond = 100;
  const seconds = Math.max(3, Math.min(SECONDS, 10));
  const began = Date.now();
  const requests = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = began + (index * 1000) / perSecond;
    if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
    requests.push(post(`${gateway.url}/payments/charge`, { 'x-api-key': apiKey }, { ...CHARGE, webhookUrl: receiver.url }));
  }
  await Promise.all(requests);
  await until(() => receiver.arrivals.length >= requests.length);
  const delays = receiver.arrivals.map(({ at, body }) => at - Date.parse(JSON.parse(body).timestamp));
  figure('completion to first attempt at 100 payments/s', `p50 ${percentile(delays, 0.5)} ms, p99 ${percentile(delays, 0.99)} ms`, 'p99 under 250 ms');
  await gateway.stop();
  await receiver.stop();
}

/** All on the same machine in the same run; on the embedded database, shared, so that both have the same one. */
async function peers() {
  print('\nBeside others');
  const database = process.env.TEST_MONGODB_URI ? null : await startDatabase();
  const uri = (name) => (database ? database.uri(name) : `${process.env.TEST_MONGODB_URI.replace(/\/+$/, '')}/${name}`);
  const gateway = await startGateway({ MONGODB_URI: uri(`bench_${Date.now()}`) });
  const { apiKey } = await register(gateway.url);
  const ours = await load('charge', charging(gateway.url, apiKey));
  row('charge', ours);
  await gateway.stop();

  const bare = await startBareServer(uri(`bench_bare_${Date.now()}`));
  const least = await load('bare', { ...charging(bare.url, 'bare-key'), url: `${bare.url}/charge` });
  row('bare Fastify: one indexed find, one insert', least);
  await bare.stop();
  await database?.stop();
  figure('charge to bare Fastify', (ours.perSecond / least.perSecond).toFixed(2), '0.6 or better');

  const mock = await startInMemoryMock();
  const body = 'amount=1999&currency=usd&source=tok_visa';
  const theirs = await load('mock', { url: `${mock.url}/v1/charges`, method: 'POST', seconds: SECONDS, headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from('sk_test_bench:').toString('base64')}` }, body });
  row('stripe-stateful-mock, in memory only', theirs);
  await mock.stop();
  figure('charge to stripe-stateful-mock', (ours.perSecond / theirs.perSecond).toFixed(2), '0.5 or better');
}

const SECTIONS = {
  start: startUp,
  routes: () => onEach(routes),
  webhooks: () => onEach(webhooks),
  peers,
};

/** On the embedded database and, where TEST_MONGODB_URI is set, on a real one. */
async function onEach(section) {
  await section({}, 'embedded database');
  if (process.env.TEST_MONGODB_URI) await section({ MONGODB_URI: `${process.env.TEST_MONGODB_URI.replace(/\/+$/, '')}/bench_${Date.now()}` }, 'MongoDB');
}

// All of them, or those that are named: npm run bench -- webhooks peers
const chosen = process.argv.slice(2);
for (const [name, section] of Object.entries(SECTIONS)) if (chosen.length === 0 || chosen.includes(name)) await section();
