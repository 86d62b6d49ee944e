import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DataFolderLock } from './data-folder.js';
import { Server, type ListenAddress, type ServerOptions } from './server.js';
import { fromTransferred, type FromWorker, type ToWorker } from './worker-messages.js';

export { DataFolderLockedError } from './data-folder.js';

export interface EmbeddedMongoOptions {
  /** The folder that holds the data; created when it is missing. */
  readonly dataDir: string;
  /** A unix socket, or a port on 127.0.0.1 where 0 is any that is free. */
  readonly listen: ListenAddress;
  /** Runs in the calling thread, instead of one of its own. */
  readonly inProcess?: boolean;
  /** How often documents that a TTL index says are expired are removed; every 5 seconds by default. */
  readonly expirySweepMs?: number;
  /** Told once when the server cannot go on: its store cannot be written, or its thread has died. */
  readonly onFailure?: (error: Error) => void;
}

const EXPIRY_SWEEP_MS = 5_000;

/** The part that differs between a server in a thread of its own and one in this thread. */
interface Running {
  readonly address: ListenAddress;
  stop(): Promise<void>;
}

/** A MongoDB-compatible server for one machine, with its data in one folder. */
export class EmbeddedMongo {
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly running: Running,
    private readonly lock: DataFolderLock,
  ) {}

  /**
   * Opens the data folder and listens. Throws DataFolderLockedError when another process has the folder open, an error
   * named StoreDamagedError when what is in it cannot be trusted, and the system's own when it cannot listen.
   */
  static async start(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
    const { listen, inProcess = false, expirySweepMs = EXPIRY_SWEEP_MS, onFailure = () => undefined } = options;
    const serverOptions: ServerOptions = { dataDir: resolve(options.dataDir), listen, expirySweepMs };
    const lock = await DataFolderLock.acquire(serverOptions.dataDir);
    try {
      const running = await (inProcess
        ? Server.start(serverOptions, onFailure)
        : startWorker(serverOptions, onFailure));
      return new EmbeddedMongo(running, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The connection string of a database. */
  uri(databaseName: string): string {
    const { address } = this.running;
    const host = 'port' in address ? `127.0.0.1:${address.port}` : encodeURIComponent(address.socketPath);
    return `mongodb://${host}/${databaseName}`;
  }

  /** Answers what was asked, closes all connections, and gives the folder free. */
  stop(): Promise<void> {
    this.stopping ??= this.running.stop().finally(() => this.lock.release());
    return this.stopping;
  }
}

async function startWorker(options: ServerOptions, onFailure: (error: Error) => void): Promise<Running> {
  const worker = new Worker(new URL('./embedded-mongo.worker.js', import.meta.url), {
    workerData: options,
    name: 'embedded-mongo',
    // What the process was started with, such as --input-type, is not meant for this thread.
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      resolve();
    }),
  );
  let isStopping = false;
  let hasFailed = false;
  const fail = (error: Error): void => {
    if (!hasFailed && !isStopping) onFailure(error);
    hasFailed = true;
  };
  const address = await firstAddress(worker);
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'failed') fail(fromTransferred(message.error));
  });
  worker.on('error', fail);
  worker.on('exit', (code) => {
    fail(new Error(`The embedded server's thread ended unexpectedly (exit code ${code})`));
  });
  return {
    address,
    stop: async () => {
      isStopping = true;
      worker.postMessage({ kind: 'stop' } satisfies ToWorker);
      await exited;
    },
  };
}

function firstAddress(worker: Worker): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`The embedded server's thread ended before it listened (exit code ${code})`));
    });
    worker.once('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.address);
      else reject(fromTransferred(message.error));
    });
  });
}
