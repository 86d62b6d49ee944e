import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DataFolderLock, type ListenAddress } from './data-folder.js';
import { Server, type ServerOptions } from './server.js';
import { fromTransferred, type FromWorker, type ToWorker } from './worker-messages.js';

export { DataFolderLockedError } from './data-folder.js';

export interface EmbeddedMongoOptions {
  /** The folder of the data; created if it is missing. */
  readonly dataDir: string;
  /** A unix socket, or a port on 127.0.0.1; port 0 picks a free one. */
  readonly listen: ListenAddress;
  /** Runs the server in the calling thread, instead of a worker thread. */
  readonly inProcess?: boolean;
  /** How often the server removes documents that a TTL index has expired, in ms; 5,000 by default. */
  readonly expirySweepMs?: number;
  /** Called once if the server cannot continue: its store cannot be written, or its thread has died. */
  readonly onFailure?: (error: Error) => void;
}

const EXPIRY_SWEEP_MS = 5_000;

/** The part that differs between a server in a worker thread and one in this thread. */
interface Running {
  readonly address: ListenAddress;
  stop(): Promise<void>;
}

/** Returns the connection string of a database at an address. */
export function uriOf(address: ListenAddress, databaseName: string): string {
  const host = 'port' in address ? `127.0.0.1:${address.port}` : encodeURIComponent(address.socketPath);
  return `mongodb://${host}/${databaseName}`;
}

/** A MongoDB-compatible server for one machine, with its data in one folder. */
export class EmbeddedMongo {
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly running: Running,
    private readonly lock: DataFolderLock,
  ) {}

  /**
   * Opens the data folder and listens. Throws DataFolderLockedError if another process has the folder open, an error
   * named StoreDamagedError if its data is damaged, and the system's error if it cannot listen.
   */
  static async start(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
    const { listen, inProcess = false, expirySweepMs = EXPIRY_SWEEP_MS, onFailure = () => undefined } = options;
    const serverOptions: ServerOptions = { dataDir: resolve(options.dataDir), listen, expirySweepMs };
    const lock = await DataFolderLock.acquire(serverOptions.dataDir);
    try {
      const running = await (inProcess
        ? Server.start(serverOptions, onFailure)
        : startWorker(serverOptions, onFailure));
      await lock.announce(running.address).catch(async (error: unknown) => {
        await running.stop();
        throw error;
      });
      return new EmbeddedMongo(running, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Returns the connection string of a database. */
  uri(databaseName: string): string {
    return uriOf(this.running.address, databaseName);
  }

  /** Answers the running commands, closes all connections and releases the folder. */
  stop(): Promise<void> {
    this.stopping ??= this.running.stop().finally(() => this.lock.release());
    return this.stopping;
  }
}

async function startWorker(options: ServerOptions, onFailure: (error: Error) => void): Promise<Running> {
  const worker = new Worker(new URL('./embedded-mongo.worker.js', import.meta.url), {
    workerData: options,
    name: 'embedded-mongo',
    // The process's own options, such as --input-type, must not apply to this thread.
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
