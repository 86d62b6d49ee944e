import { charging, load, post, register, SECONDS, until, withKeys } from '../load.js';
import { figure, ratio, row } from '../print.js';
import { startBareServer, startDatabase, startGateway, startInMemoryMock } from '../servers.js';

/** Compares charges with charges under a key, captures and refunds, and with other servers on the same machine. */
export async function charges(env = {}) {
  const gateway = await startGateway(env);
  const { apiKey, token } = await register(gateway.url);
  const before = gateway.threadCpu();
  const plain = await load('charge', { ...charging(gateway.url, apiKey), warmUp: 3 });
  row('charge', plain);
  figure('p99 of a charge at 16 connections', `${plain.p99} ms`, '20 ms or less');
  printCpuByThread(before, gateway.threadCpu(), plain.total * ((SECONDS + 3) / SECONDS));
  const keyed = await load('charge with a key', withKeys(charging(gateway.url, apiKey)));
  row('charge with an Idempotency-Key', keyed);
  ratio('charge with an Idempotency-Key to plain', keyed.perSecond, plain.perSecond, '0.9 or better');
  await changePayments(gateway, apiKey, token);
  await gateway.stop();
  await comparePeers(plain);
}

/** Prints the CPU time of each thread per charge, background work included. */
function printCpuByThread(before, after, charged) {
  const spent = Object.entries(after)
    .map(([id, { ms }]) => ms - (before[id]?.ms ?? 0))
    .sort((a, b) => b - a);
  const [main = 0, database = 0, ...others] = spent.map((ms) => (ms * 1000) / charged);
  const rest = others.reduce((sum, each) => sum + each, 0);
  figure(
    'CPU of a charge by thread: main, database, all others',
    `${main.toFixed(0)}, ${database.toFixed(0)}, ${rest.toFixed(0)} µs`,
    '380 and 250 µs or less',
  );
}

/** Authorizes payments, then captures and refunds each of them once. */
async function changePayments(gateway, apiKey, token) {
  const headers = { 'content-type': 'application/json', 'x-api-key': apiKey };
  const count = 250 * SECONDS;
  const make = async (more) => {
    const ids = [];
    for (let made = 0; made < count; made += 50) {
      const batch = await Promise.all(
        Array.from({ length: 50 }, () =>
          post(`${gateway.url}/payments/charge`, headers, {
            customerName: 'Acme',
            paymentAmount: 10,
            currency: 'USD',
            ...more,
          }),
        ),
      );
      ids.push(...batch.map(({ id }) => id));
    }
    const last = ids.at(-1);
    await until(
      async () =>
        !['pending'].includes(
          (await (await fetch(`${gateway.url}/payments/${last}`, { headers: { 'x-api-key': apiKey } })).json()).status,
        ),
    );
    return ids;
  };
  const each = async (name, ids, path, body) => {
    const began = performance.now();
    const latencies = [];
    let next = 0;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        while (next < ids.length) {
          const id = ids[next++];
          const at = performance.now();
          await post(`${gateway.url}/payments/${id}/${path}`, { authorization: `Bearer ${token}` }, body);
          latencies.push(performance.now() - at);
        }
      }),
    );
    latencies.sort((a, b) => a - b);
    row(name, {
      perSecond: ids.length / ((performance.now() - began) / 1000),
      p50: latencies[Math.floor(ids.length / 2)].toFixed(0),
      p99: latencies[Math.floor(ids.length * 0.99)].toFixed(0),
    });
  };
  const authorized = await make({ capture: 'manual' });
  await each('capture', authorized, 'capture', {});
  await each('refund', authorized, 'refunds', { amount: 5 });
}

async function comparePeers(plain) {
  const database = await startDatabase();
  const bare = await startBareServer(database.uri('bench_bare'));
  const least = await load('bare', { ...charging(bare.url, 'bare-key'), url: `${bare.url}/charge` });
  row('bare Fastify: one indexed find, one insert, by the driver', least);
  await bare.stop();
  await database.stop();
  ratio('charge to bare Fastify', plain.perSecond, least.perSecond, '0.9, not less than 0.8');

  const mock = await startInMemoryMock();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from('sk_test_bench:').toString('base64')}`,
  };
  const theirs = await load('mock', {
    url: `${mock.url}/v1/charges`,
    method: 'POST',
    headers,
    body: 'amount=1999&currency=usd&source=tok_visa',
  });
  row('stripe-stateful-mock, in memory only', theirs);
  await mock.stop();
  ratio('charge to stripe-stateful-mock', plain.perSecond, theirs.perSecond, '1.0, not less than 0.6');
}
