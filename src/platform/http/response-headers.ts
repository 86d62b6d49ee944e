import fastifyCors from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/config.js';
import { SECURITY_HEADERS } from './security-headers.js';

/**
 * Adds the headers that every response has.
 *
 * @param closedPaths paths that no setting opens to other origins; their routes have `cors: false`
 */
export async function addHeaders(
  app: NestFastifyApplication,
  config: Config,
  closedPaths: readonly string[],
): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    done();
  });
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    // A keep-alive connection would delay the shutdown of the process.
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
  if (config.corsOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: config.corsOrigins.includes('*') ? '*' : config.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: ['X-Request-Id', 'Retry-After', 'Allow', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed'],
    });
    // Preflight requests have another method than the routes that they ask about.
    for (const path of closedPaths)
      fastify.options(path, { config: { cors: false } }, (_request, reply) => {
        reply.callNotFound();
      });
  }
}
