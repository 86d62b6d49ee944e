// Sends load over a number of connections and returns the figures.
import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';

export const CONNECTIONS = 16;
export const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);

/** Long enough for V8 to compile the measured code. */
const WARM_UP_SECONDS = 3;

export const CHARGE = { customerName: 'Acme Corporation', paymentAmount: 19.99, currency: 'USD' };

/** Returns requests per second, median and 99th percentile in ms. Throws if an answer has another status class. */
export async function load(
  name,
  { seconds = SECONDS, connections = CONNECTIONS, expected = 2, warmUp = WARM_UP_SECONDS, ...options },
) {
  if (warmUp > 0) await autocannon({ connections, duration: warmUp, ...options });
  const result = await autocannon({ connections, duration: seconds, ...options });
  const wrong = Object.entries(result.statusCodeStats ?? {}).filter(
    ([status]) => Math.floor(Number(status) / 100) !== expected,
  );
  if (result.errors > 0 || wrong.length > 0)
    throw new Error(`${name}: ${result.errors} errors, answers ${JSON.stringify(wrong)}`);
  return {
    perSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    total: result.requests.total,
  };
}

export async function post(url, headers, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function register(api) {
  const email = `${randomUUID()}@bench.example`;
  const account = await post(`${api}/users/register`, {}, { name: 'Bench', email, password: 'bench-password' });
  const session = await post(`${api}/users/login`, {}, { email, password: 'bench-password' });
  return { ...account, email, token: session.access_token };
}

export const charging = (api, apiKey, more = {}) => ({
  url: `${api}/payments/charge`,
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
  body: JSON.stringify({ ...CHARGE, ...more }),
});

/** The same requests, each with its own Idempotency-Key. */
export const withKeys = (options) => ({
  ...options,
  requests: [
    {
      method: 'POST',
      setupRequest: (request) => ({ ...request, headers: { ...options.headers, 'idempotency-key': randomUUID() } }),
    },
  ],
});

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

export async function until(condition, timeoutMs = 120_000) {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('The benchmark waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
