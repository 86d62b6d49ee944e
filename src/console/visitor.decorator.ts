import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RouteClass } from '../platform/config/rate-limits.js';
import { consoleCookieName, readConsoleCookie } from './console-cookie.js';
import type { Visitor } from './console-sessions.service.js';

/** Who asks, by the cookie and the address of the request. */
export const CurrentVisitor = createParamDecorator((_: undefined, context: ExecutionContext): Visitor => {
  const { headers, ip, host } = context.switchToHttp().getRequest<FastifyRequest>();
  return { cookie: readConsoleCookie(headers.cookie, consoleCookieName(host)), address: ip };
});

/** Who signs in sends something. A renewal sends nothing: each tab renews often, and hashes no password. */
export function classOfVisit({ body }: FastifyRequest): RouteClass {
  return typeof body === 'object' && body !== null && Object.keys(body).length > 0 ? 'credentials' : 'anonymous';
}
