import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { Catalog } from './catalog.js';
import { answer } from './commands.js';
import { Cursors } from './cursors.js';
import type { ListenAddress } from './data-folder.js';
import { sweepExpired } from './expiry.js';
import { openData } from './store-folder.js';
import { encodeReply, MessageReader, parseMessage, type Message } from './wire.js';

export interface ServerOptions {
  readonly dataDir: string;
  readonly listen: ListenAddress;
  /** How often to remove expired documents, in ms. */
  readonly expirySweepMs: number;
}

const LOOPBACK = '127.0.0.1';
const CURSOR_CHECK_INTERVAL_MS = 60_000;

/** A server: its sockets and the data behind them. */
export class Server {
  private readonly sockets = new Set<Socket>();
  private readonly cursors = new Cursors();
  private readonly startedAt = Date.now();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly answering = new Set<Promise<void>>();
  private sweeping: Promise<void> | undefined;
  private connections = 0;
  private isStopping = false;

  private constructor(
    private readonly catalog: Catalog,
    private readonly listener: NetServer,
    readonly address: ListenAddress,
  ) {}

  /** `onFailure` is called if the store cannot be written; the server answers nothing from then on. */
  static async start(
    { dataDir, listen, expirySweepMs }: ServerOptions,
    onFailure: (error: Error) => void,
  ): Promise<Server> {
    const catalog = await openData(dataDir, (error) => {
      server?.dropConnections();
      onFailure(error);
    });
    const listener = createServer({ noDelay: true });
    let server: Server | undefined;
    try {
      server = new Server(catalog, listener, await listenOn(listener, listen));
    } catch (error) {
      await catalog.close();
      throw error;
    }
    server.run(expirySweepMs);
    return server;
  }

  private run(expirySweepMs: number): void {
    this.listener.on('connection', (socket) => {
      this.serve(socket);
    });
    this.timers.push(
      setInterval(() => {
        this.sweep();
      }, expirySweepMs).unref(),
      setInterval(() => {
        this.cursors.closeIdle();
      }, CURSOR_CHECK_INTERVAL_MS).unref(),
    );
  }

  private sweep(): void {
    // The store itself reports that it cannot be written.
    this.sweeping ??= sweepExpired(this.catalog, new Date())
      .catch(() => undefined)
      .finally(() => {
        this.sweeping = undefined;
      });
  }

  private serve(socket: Socket): void {
    const connectionId = ++this.connections;
    const reader = new MessageReader();
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    // The client disconnected or violated the protocol; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      try {
        for (const bytes of reader.push(chunk)) this.handle(parseMessage(bytes), socket, connectionId);
      } catch {
        socket.destroy();
      }
    });
  }

  private handle(message: Message, socket: Socket, connectionId: number): void {
    if (this.isStopping) {
      socket.destroy();
      return;
    }
    const { catalog, cursors, startedAt } = this;
    const answered = answer(message.request, { catalog, cursors, connectionId, startedAt })
      .then((reply) => {
        if (message.wantsReply && socket.writable) socket.write(encodeReply(message, reply));
      })
      .catch(() => socket.destroy())
      .then(() => {
        this.answering.delete(answered);
      });
    this.answering.add(answered);
  }

  private dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Answers the running commands, then closes everything. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.timers) clearInterval(timer);
    const closed = new Promise<void>((resolve) => {
      this.listener.close(() => {
        resolve();
      });
    });
    await Promise.all(this.answering);
    for (const socket of this.sockets) socket.end();
    setTimeout(() => {
      this.dropConnections();
    }, 100).unref();
    await closed;
    await this.sweeping;
    this.cursors.closeAll();
    await this.catalog.close();
  }
}

async function listenOn(listener: NetServer, listen: ListenAddress): Promise<ListenAddress> {
  if ('socketPath' in listen) {
    checkSocketPath(listen.socketPath);
    await removeStaleSocket(listen.socketPath);
  }
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(
      'socketPath' in listen ? { path: listen.socketPath } : { port: listen.port, host: LOOPBACK },
      () => {
        listener.off('error', reject);
        resolve();
      },
    );
  });
  if (!('socketPath' in listen)) return { port: (listener.address() as AddressInfo).port };
  await chmod(listen.socketPath, 0o600);
  return listen;
}

/**
 * Checks the path of a socket. MongoDB's drivers only recognize paths that end with .sock, and the system truncates
 * paths longer than 103 bytes.
 */
function checkSocketPath(path: string): void {
  if (!path.endsWith('.sock')) throw new Error(`The path of the socket must end with .sock: ${path}`);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    throw new Error(`The path of the socket is longer than ${MAX_SOCKET_PATH_BYTES} bytes: ${path}`);
}

const MAX_SOCKET_PATH_BYTES = 103;

/** Removes the socket file of a killed process. Keeps a socket that is in use; listening fails then. */
async function removeStaleSocket(path: string): Promise<void> {
  const isInUse = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED');
    });
  });
  if (!isInUse) await rm(path, { force: true });
}
