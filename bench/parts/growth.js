import { mkdirSync, rmSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { CHARGE, charging, load, post, register, until } from '../load.js';
import { figure, ratio, row } from '../print.js';
import { startGateway, temporaryFolder } from '../servers.js';

const MANY = Number(process.env.BENCH_PAYMENTS ?? 1_000_000);

/** Memory and times with 100,000 charged payments, then with a million more that are copied. */
export async function growth() {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  try {
    const gateway = await startGateway({ DATA_DIR: folder });
    const owner = await register(gateway.url);
    let charged = 0;
    while (charged < 100_000)
      charged += (await load('charge', { ...charging(gateway.url, owner.apiKey), seconds: 5, warmUp: 0 })).total;
    figure(`memory after ${charged} charges`, `${gateway.residentMb().toFixed(0)} MB`, '300 MB or less');
    await gateway.stop();
    await measureRestart(folder, `with ${charged} payments`);

    const loaded = await startGateway({ DATA_DIR: folder });
    const small = await register(loaded.url);
    const large = await register(loaded.url);
    await copyPayments(loaded, small, 10_000);
    await copyPayments(loaded, large, MANY);
    await waitUntilIdle(loaded);
    figure(`memory after ${MANY} more that were copied`, `${loaded.residentMb().toFixed(0)} MB`, '500 MB or less');
    const among10k = await loadPages(loaded, small);
    row('page of ten by amount among 10,000 payments', among10k);
    const amongMany = await loadPages(loaded, large);
    row(`page of ten by amount among ${MANY}`, amongMany);
    ratio('p99 of the page, large to small', amongMany.p99, among10k.p99, '1.5 or less');
    await loaded.stop();
    await measureRestart(folder, `with ${MANY + charged + 10_000} payments`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until the process is nearly idle for a second, because the store compacts its files after the copies. */
async function waitUntilIdle(gateway) {
  const spent = () => Object.values(gateway.threadCpu()).reduce((sum, { ms }) => sum + ms, 0);
  let before = spent();
  await until(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const [last, now] = [before, spent()];
    before = now;
    return now - last < 50;
  });
}

async function measureRestart(folder, what) {
  const gateway = await startGateway({ DATA_DIR: folder });
  figure(
    `restart to the first answer ${what}`,
    `${gateway.startedInMs.toFixed(0)} ms, ${gateway.residentMb().toFixed(0)} MB`,
    '1 s or less',
  );
  await gateway.stop();
}

/** Charges one payment, then copies it and its two events `count` times with the driver. */
async function copyPayments(gateway, owner, count) {
  const { id } = await post(`${gateway.url}/payments/charge`, { 'x-api-key': owner.apiKey }, CHARGE);
  const client = await MongoClient.connect(gateway.databaseUri);
  const [payments, events] = ['payments', 'events'].map((name) => client.db().collection(name));
  await until(async () => (await payments.findOne({ _id: id }))?.status === 'completed');
  const model = await payments.findOne({ _id: id });
  await until(async () => (await events.countDocuments({ accountId: owner.userId })) >= 2);
  const models = await events.find({ accountId: owner.userId }).toArray();
  const idOf = (prefix, n) => `${prefix}_${id.slice(4, 16)}${n.toString(16).padStart(12, '0')}`;
  for (let made = 0; made < count; made += 1000) {
    const numbers = Array.from({ length: 1000 }, (_, n) => made + n);
    await payments.insertMany(
      numbers.map((n) => ({
        ...model,
        _id: idOf('txn', n),
        amount: 1 + (n % 90_000),
        comparableAmount: (1 + (n % 90_000)) * 100,
      })),
      { ordered: false },
    );
    await events.insertMany(
      numbers.flatMap((n) => models.map((event, place) => ({ ...event, _id: idOf('evt', 2 * n + place) }))),
      { ordered: false },
    );
  }
  await client.close();
}

function loadPages({ url }, { apiKey, token }) {
  return load('page', {
    url: `${url}/payments/query?minAmount=50&sortBy=amount&limit=10`,
    headers: { 'x-api-key': apiKey, authorization: `Bearer ${token}` },
  });
}
