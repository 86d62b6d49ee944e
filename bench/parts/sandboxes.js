import { createServer } from 'node:http';
import { CHARGE, percentile, post } from '../load.js';
import { figure } from '../print.js';
import { startGateway } from '../servers.js';

const NOW = '2026-01-31T09:00:00Z';
const SCHEDULE = [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];

/** What tests do with sandboxes and their clocks. */
export async function sandboxes() {
  const gateway = await startGateway();
  try {
    await creation(gateway.url);
    await reset(gateway.url);
    await retries(gateway.url);
    await duePayments(gateway.url, 'at one time', chargeAll);
    await duePayments(gateway.url, 'at 10,000 times', chargeWithOwnDelays);
  } finally {
    await gateway.stop();
  }
}

async function newSandbox(api, settings = {}) {
  const { apiKey } = await post(`${api}/sandboxes`, {}, { clock: { now: NOW }, settings });
  return { 'x-api-key': apiKey };
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
}

async function creation(api) {
  const times = [];
  for (let count = 0; count < 300; count += 1) {
    const { ms } = await timed(() => newSandbox(api));
    // V8 has not compiled it before.
    if (count >= 100) times.push(ms);
  }
  figure('a sandbox, median of 200', `${percentile(times, 0.5).toFixed(1)} ms`, '10 ms or less');
}

async function inTurns(count, atOnce, work) {
  for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, work));
}

async function reset(api) {
  const headers = await newSandbox(api, { processingDelayMs: 0 });
  await inTurns(1_000, 50, () => post(`${api}/payments/charge`, headers, CHARGE));
  const { ms } = await timed(() => post(`${api}/sandboxes/current/reset`, headers, {}));
  figure('a reset with 1,000 payments', `${ms.toFixed(0)} ms`, '300 ms or less');
}

/** A receiver that always fails, through a whole schedule of four days. */
async function retries(api) {
  let attempts = 0;
  const receiver = createServer((request, response) => {
    attempts += 1;
    request.resume();
    response.writeHead(500).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const headers = await newSandbox(api, { processingDelayMs: 0, webhookRetrySchedule: SCHEDULE });
  await post(`${api}/payments/charge`, headers, {
    ...CHARGE,
    webhookUrl: `http://127.0.0.1:${receiver.address().port}/`,
  });
  const { ms } = await timed(() => post(`${api}/clock/advance`, headers, { by: '4d' }));
  receiver.close();
  if (attempts !== SCHEDULE.length) throw new Error(`${attempts} attempts in place of ${SCHEDULE.length}`);
  figure('a schedule of 10 attempts in four days', `${ms.toFixed(0)} ms`, '1,000 ms or less');
}

async function duePayments(api, when, charge) {
  const headers = await newSandbox(api, { processingDelayMs: 86_400_000 });
  await charge(api, headers);
  const { ms, result } = await timed(() => post(`${api}/clock/advance`, headers, { by: '2d' }));
  if (!result.truncated || result.nextDueAt !== null) throw new Error('Not all payments were processed');
  figure(`10,000 payments due ${when}`, `${(ms / 1000).toFixed(1)} s`, '10 s or less');
}

async function chargeAll(api, headers) {
  await inTurns(10_000, 50, () => post(`${api}/payments/charge`, headers, CHARGE));
}

async function chargeWithOwnDelays(api, headers) {
  for (let count = 0; count < 10_000; count += 1) {
    await fetch(`${api}/sandboxes/current`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ settings: { processingDelayMs: 80_000_000 + count } }),
    });
    await post(`${api}/payments/charge`, headers, CHARGE);
  }
}
