import { createServer } from 'node:http';
import { CHARGE, percentile, post, register, SECONDS, until } from '../load.js';
import { figure } from '../print.js';
import { startGateway } from '../servers.js';

/** Starts a receiver that answers at once and records when each webhook arrives. */
async function startReceiver() {
  const arrivals = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        arrivals.push({ at: Date.now(), body: Buffer.concat(chunks) });
        response.end();
      });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    arrivals,
    stop: () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections())),
  };
}

export async function webhooks(env = {}) {
  const receiver = await startReceiver();
  const gateway = await startGateway({ ...env, PAYMENT_PROCESSING_DELAY_MS: '6000' });
  const { apiKey } = await register(gateway.url);
  const count = 5000;
  for (let done = 0; done < count; done += 100) {
    await Promise.all(
      Array.from({ length: 100 }, () =>
        post(`${gateway.url}/payments/charge`, { 'x-api-key': apiKey }, { ...CHARGE, webhookUrl: receiver.url }),
      ),
    );
  }
  await until(() => receiver.arrivals.length >= count);
  const times = receiver.arrivals.map(({ at }) => at).sort((a, b) => a - b);
  const [first, last] = [times[Math.floor(count * 0.1)], times[Math.floor(count * 0.9)]];
  figure(
    'deliveries to a receiver that answers at once',
    `${((count * 0.8) / ((last - first) / 1000)).toFixed(0)}/s`,
    '1000/s or more',
  );
  await gateway.stop();

  const calm = await startGateway({ ...env, PAYMENT_PROCESSING_DELAY_MS: '500' });
  const owner = await register(calm.url);
  receiver.arrivals.length = 0;
  const perSecond = 100;
  const seconds = Math.max(5, SECONDS);
  const began = Date.now();
  const requests = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = began + (index * 1000) / perSecond;
    if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
    requests.push(
      post(`${calm.url}/payments/charge`, { 'x-api-key': owner.apiKey }, { ...CHARGE, webhookUrl: receiver.url }),
    );
  }
  await Promise.all(requests);
  await until(() => receiver.arrivals.length >= requests.length);
  // Skip the first second, in which V8 still compiles the code.
  const delays = receiver.arrivals.slice(perSecond).map(({ at, body }) => at - Date.parse(JSON.parse(body).timestamp));
  figure(
    'completion to first attempt at 100 payments/s',
    `p50 ${percentile(delays, 0.5)} ms, p99 ${percentile(delays, 0.99)} ms`,
    'p99 50 ms or less',
  );
  await calm.stop();
  await receiver.stop();
}
