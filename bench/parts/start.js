import { percentile } from '../load.js';
import { figure } from '../print.js';
import { startGateway } from '../servers.js';

/** Time from `node dist/main.js` to the first answer, and the memory at that time. */
export async function start() {
  const runs = [];
  for (let count = 0; count < 5; count += 1) {
    const gateway = await startGateway();
    runs.push({ ms: gateway.startedInMs, mb: gateway.residentMb() });
    await gateway.stop();
  }
  figure(
    'node dist/main.js to the first answer, median of 5',
    `${percentile(
      runs.map(({ ms }) => ms),
      0.5,
    ).toFixed(0)} ms`,
    '700 ms or less',
  );
  figure(
    'memory then, all threads',
    `${percentile(
      runs.map(({ mb }) => mb),
      0.5,
    ).toFixed(0)} MB`,
    '120 MB or less',
  );
}
