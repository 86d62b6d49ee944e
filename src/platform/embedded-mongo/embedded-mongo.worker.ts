import { parentPort, workerData } from 'node:worker_threads';
import { Server, type ServerOptions } from './server.js';
import { toTransferred, type FromWorker } from './worker-messages.js';

const tell = (message: FromWorker): void => {
  parentPort?.postMessage(message);
};

try {
  const server = await Server.start(workerData as ServerOptions, (error) => {
    tell({ kind: 'failed', error: toTransferred(error) });
  });
  // The only thing that an owner says is to stop; when the port is closed, nothing keeps this thread.
  parentPort?.once('message', () => {
    void server.stop().finally(() => parentPort?.close());
  });
  tell({ kind: 'listening', address: server.address });
} catch (error) {
  tell({ kind: 'notStarted', error: toTransferred(error) });
}
