import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { linkBase } from './link-base.js';

/** The base URL of links to the gateway: see linkBase. */
export const BaseUrl = createParamDecorator((_: undefined, context: ExecutionContext): string =>
  linkBase(context.switchToHttp().getRequest<FastifyRequest>()),
);
