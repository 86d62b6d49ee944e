import { parentPort, workerData } from 'node:worker_threads';
import { Server, type ServerOptions } from './server.js';
import { toTransferred, type FromWorker } from './worker-messages.js';

const send = (message: FromWorker): void => {
  parentPort?.postMessage(message);
};

try {
  const server = await Server.start(workerData as ServerOptions, (error) => {
    send({ kind: 'failed', error: toTransferred(error) });
  });
  // The only message from the owner is to stop. After the port is closed, nothing keeps this thread alive.
  parentPort?.once('message', () => {
    void server.stop().finally(() => parentPort?.close());
  });
  send({ kind: 'listening', address: server.address });
} catch (error) {
  send({ kind: 'notStarted', error: toTransferred(error) });
}
