import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../../dist/testing/index.js';
import { percentile } from '../load.js';
import { figure } from '../print.js';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const CHARGE = { customerName: 'Ada Lovelace', paymentAmount: 19.99, currency: 'USD' };

/** What the command line and the fixtures cost. */
export async function packaged() {
  await firstAnswer();
  const gateway = await startGateway();
  try {
    await fixtures(gateway);
  } finally {
    await gateway.stop();
  }
}

async function firstAnswer() {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const began = performance.now();
    const child = spawn(process.execPath, [PROGRAM, 'start', '--ephemeral', '--port', '4811'], { stdio: 'ignore' });
    while (!(await answers('http://127.0.0.1:4811'))) await new Promise((resolve) => setTimeout(resolve, 10));
    times.push(performance.now() - began);
    child.kill('SIGINT');
    await once(child, 'close');
  }
  figure('from the command to the first answer, median of 5', `${percentile(times, 0.5).toFixed(0)} ms`, '3,000 ms');
}

/** What tests ask for themselves: a charge, its event, its webhook, and the payment. */
async function test(shop) {
  const { id } = await shop.client.payments.charge(CHARGE);
  await shop.event('payment.completed', { of: id });
  await shop.webhooks.next('payment.completed');
  await shop.client.payments.get(id);
}

async function fixtures(gateway) {
  const one = await gateway.sandbox();
  const inOne = () => test(one);
  const inItsOwn = async () => {
    const shop = await gateway.sandbox();
    await test(shop);
    await shop.dispose();
  };
  // V8 has not compiled it before.
  await meanMs(inItsOwn, 200);
  const own = await meanMs(inOne, 200);
  const all = await meanMs(inItsOwn, 200);
  await one.dispose();
  figure("a test's own requests", `${own.toFixed(1)} ms`);
  figure('what its own account adds', `${(all - own).toFixed(1)} ms`, '15 ms or less');
}

async function meanMs(work, count) {
  const began = performance.now();
  for (let done = 0; done < count; done += 1) await work();
  return (performance.now() - began) / count;
}

const answers = (url) =>
  fetch(`${url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
