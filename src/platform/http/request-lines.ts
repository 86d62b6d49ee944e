import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Principal } from '../access/principal.js';

/** Logs one line for each answered request. A line contains no headers and no body, so no secrets. */
export function logRequests(app: NestFastifyApplication, logger: Logger): void {
  if (!logger.isLevelEnabled('info')) return;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request: FastifyRequest & { user?: Principal }, reply, done) => {
      const { id: requestId, method, user, routeOptions } = request;
      const line = {
        requestId,
        accountId: user?.accountId,
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      };
      logger.info(line, 'request');
      done();
    });
}
