import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { newId } from './ids.js';

const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** The id that the client gave its request, if it is fit for a log line; otherwise a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && ACCEPTABLE.test(header) ? header : newId('req', new Date());
}

/** The id of the request, as `X-Request-Id` answers it. */
export const RequestId = createParamDecorator((_: undefined, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().id);
