import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { reportUnfinished } from '../http/unfinished-answers.js';

/** A reply that is a stream has the time that it took to begin: its whole time says nothing about the gateway. */
export type StreamedReply = FastifyReply & { beganAfterMs?: number };

/** The connection of a request that is answered with a stream. */
export class StreamConnection {
  constructor(private readonly reply: StreamedReply) {}

  /** How many bytes of the response wait to be sent. */
  get unsentBytes(): number {
    return this.reply.raw.writableLength;
  }

  /**
   * Call it before the stream is sent. Returns false if the client has left already.
   *
   * @param onEnd called once when the response has ended, however it did
   */
  begin(onEnd: () => void): boolean {
    this.reply.beganAfterMs = this.reply.elapsedTime;
    // Nothing follows on this connection, so that a process which stops waits for none.
    void this.reply.header('connection', 'close');
    const { raw } = this.reply;
    const { socket } = this.reply.request.raw;
    const end = (): void => {
      raw.off('close', end);
      socket.off('close', end);
      onEnd();
    };
    // The response of a pipelined request closes only after those before it; its connection may close earlier.
    raw.once('close', end);
    socket.once('close', end);
    reportUnfinished(raw);
    if (!socket.destroyed) return true;
    end();
    return false;
  }

  /** Closes the connection, whatever of the response was not sent. */
  cut(): void {
    this.reply.request.raw.socket.destroy();
  }
}

/** The connection of the request. */
export const CurrentConnection = createParamDecorator(
  (_: undefined, context: ExecutionContext): StreamConnection =>
    new StreamConnection(context.switchToHttp().getResponse<StreamedReply>()),
);
