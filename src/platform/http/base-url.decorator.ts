import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { linkBase } from './link-base.js';

/** The base URL of links to the gateway: see linkBase. */
export const BaseUrl = createParamDecorator((_: undefined, context: ExecutionContext): string => {
  const { protocol, host, socket } = context.switchToHttp().getRequest<FastifyRequest>();
  return linkBase({
    protocol,
    host,
    localAddress: socket.localAddress ?? '127.0.0.1',
    localPort: socket.localPort ?? 0,
  });
});
