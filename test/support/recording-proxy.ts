import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Document, BSON } from 'mongodb';
import { ConnectionString } from 'mongodb-connection-string-url';

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/** Stands between a gateway and its database, and keeps every command that the gateway sends. */
export class RecordingProxy {
  readonly commands: Document[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly databaseUri: string,
  ) {}

  static async start(databaseUri: string): Promise<RecordingProxy> {
    const [host = ''] = new ConnectionString(databaseUri).hosts;
    const { hostname, port } = new URL(`tcp://${host}`);
    const server = createServer();
    const proxy = new RecordingProxy(server, databaseUri);
    server.on('connection', (client) => {
      proxy.forwards(client, connect(Number(port === '' ? '27017' : port), hostname));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The same database by way of this. */
  get uri(): string {
    const url = new ConnectionString(this.databaseUri);
    url.hosts = [`127.0.0.1:${(this.server.address() as AddressInfo).port}`];
    url.searchParams.set('directConnection', 'true');
    return url.href;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private forwards(client: Socket, database: Socket): void {
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    database.pipe(client);
    let pending = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      database.write(bytes);
      pending = Buffer.concat([pending, bytes]);
      while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
        const length = pending.readInt32LE(0);
        this.keep(pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
  }

  /** Of a command, the section with its fields; documents to insert or update come in sections of their own. */
  private keep(message: Buffer): void {
    if (message.readInt32LE(12) !== OP_MSG) return;
    for (let at = HEADER_BYTES + 4; at < message.length;) {
      const length = message.readInt32LE(at + 1);
      if (message[at] === 0) {
        this.commands.push(BSON.deserialize(message.subarray(at + 1, at + 1 + length)));
        return;
      }
      at += 1 + length;
    }
  }
}
