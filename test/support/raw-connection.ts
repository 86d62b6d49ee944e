import { connect, type Socket } from 'node:net';
import { within } from './eventually.js';

/** A TCP connection to a server, for requests that no HTTP client would send. */
export class RawConnection {
  received = '';
  /** Resolves when the server has closed it. */
  readonly closed: Promise<void>;
  private readonly socket: Socket;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname).setEncoding('utf8');
    this.socket.on('data', (text: string) => {
      this.received += text;
    });
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.socket.once('close', () => {
        resolve();
      }),
    );
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** All that came until the server closed the connection. */
  async answer(patienceMs = 10_000): Promise<string> {
    await within('the server to close the connection', patienceMs, this.closed);
    return this.received;
  }

  leave(): void {
    this.socket.destroy();
  }
}
