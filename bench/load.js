// Load from a pool of connections, and its figures.
import autocannon from 'autocannon';

export const CONNECTIONS = 32;

/** Long enough for the compiler to have seen the code that is measured. */
const WARM_UP_SECONDS = 3;

/** Requests a second, median and 99th percentile in ms, over `seconds`; fails when answers are not what they should be. */
export async function load(name, { seconds = 8, connections = CONNECTIONS, expected = 2, ...options }) {
  await autocannon({ connections, duration: WARM_UP_SECONDS, ...options });
  const result = await autocannon({ connections, duration: seconds, ...options });
  const wrong = Object.entries(result.statusCodeStats ?? {}).filter(([status]) => Math.floor(Number(status) / 100) !== expected);
  if (result.errors > 0 || wrong.length > 0) throw new Error(`${name}: ${result.errors} errors, answers ${JSON.stringify(wrong)}`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

export async function post(url, headers, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export function percentile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}
