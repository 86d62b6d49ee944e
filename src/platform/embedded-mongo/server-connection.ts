import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Doc } from './bson-values.js';
import { decode, encode } from './document.js';
import type { ListenAddress } from './data-folder.js';
import { decodeReply, encodeCommand, MessageReader } from './wire.js';

/** How long the server may take for one reply. */
const REPLY_TIMEOUT_MS = 60_000;

/** The server refused a command. */
export class CommandRefusedError extends Error {
  constructor(
    readonly code: unknown,
    message: string,
  ) {
    super(message);
  }
}

/** A connection to a server of this kind, for commands one after the other. It needs no driver. */
export class ServerConnection {
  private constructor(
    private readonly socket: Socket,
    private readonly chunks: AsyncIterator<Buffer, unknown>,
  ) {}

  /** Rejects with the system's error if nothing listens there. */
  static async open(address: ListenAddress): Promise<ServerConnection> {
    const socket = 'port' in address ? connect({ port: address.port, host: '127.0.0.1' }) : connect(address.socketPath);
    await once(socket, 'connect');
    // The command that waits for a reply gets the error.
    socket.on('error', () => undefined);
    const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, unknown>;
    return new ServerConnection(socket, chunks);
  }

  /** Sends a command and returns its reply. Rejects with CommandRefusedError if the server refuses it. */
  async command(command: Doc): Promise<Doc> {
    const timer = setTimeout(() => {
      this.socket.destroy(new Error(`The server did not answer within ${REPLY_TIMEOUT_MS / 1000} s`));
    }, REPLY_TIMEOUT_MS);
    try {
      this.socket.write(encodeCommand(encode(command)));
      return accepted(decode(decodeReply(await this.nextMessage())));
    } finally {
      clearTimeout(timer);
    }
  }

  private async nextMessage(): Promise<Buffer> {
    const reader = new MessageReader();
    for (;;) {
      const chunk = await this.chunks.next();
      if (chunk.done) throw new Error('The server closed the connection');
      const [message] = reader.push(chunk.value);
      if (message) return message;
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

function accepted(reply: Doc): Doc {
  if (reply.ok !== 1) throw new CommandRefusedError(reply.code, String(reply.errmsg));
  return reply;
}
