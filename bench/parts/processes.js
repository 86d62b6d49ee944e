import { charging, load, register } from '../load.js';
import { ratio, row } from '../print.js';
import { startDatabase, startGateway } from '../servers.js';

/** Compares three gateways on one database with a single one. */
export async function processes() {
  const measure = async (count) => {
    const database = await startDatabase();
    const gateways = await Promise.all(
      Array.from({ length: count }, () => startGateway({ MONGODB_URI: database.uri('bench_processes') })),
    );
    const { apiKey } = await register(gateways[0].url);
    const each = await Promise.all(
      gateways.map((gateway) =>
        load('charge', { ...charging(gateway.url, apiKey), connections: Math.ceil(24 / count) }),
      ),
    );
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await database.stop();
    return {
      perSecond: each.reduce((total, { perSecond }) => total + perSecond, 0),
      p50: Math.max(...each.map(({ p50 }) => p50)),
      p99: Math.max(...each.map(({ p99 }) => p99)),
    };
  };
  const one = await measure(1);
  row('charge, one process on a database of its own process', one);
  const three = await measure(3);
  row('charge, three processes on it', three);
  ratio('three processes to one', three.perSecond, one.perSecond, '1.0 or better on two cores');
}
