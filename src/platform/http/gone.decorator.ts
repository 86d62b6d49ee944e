import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** A signal that is aborted when the client disconnects before it has its answer. */
export const Gone = createParamDecorator((_: undefined, context: ExecutionContext): AbortSignal => {
  const controller = new AbortController();
  const { socket } = context.switchToHttp().getRequest<FastifyRequest>().raw;
  const { raw: response } = context.switchToHttp().getResponse<{ raw: NodeJS.EventEmitter }>();
  const abort = (): void => {
    controller.abort();
  };
  // It may have disconnected while it was authenticated.
  if (socket.destroyed) abort();
  socket.once('close', abort);
  response.once('finish', () => socket.off('close', abort));
  return controller.signal;
});
