import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DialectRequest, isDialectPath } from './dialect-request.js';
import { isVersion, NEWEST_VERSION } from './versions.js';

/** Adds the headers that SDKs read to the answers of the dialect. */
export function addDialectHeaders(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request, reply, payload, done) => {
      if (isDialectPath(request.url)) setHeaders(request as DialectRequest, reply);
      done(null, payload);
    });
}

function setHeaders(request: DialectRequest, reply: FastifyReply): void {
  if (String(reply.getHeader('content-type') ?? '').startsWith('application/json'))
    void reply.header('content-type', 'application/json');
  void reply.header('request-id', request.id);
  if (reply.statusCode === 401) return;
  void reply.header('stripe-version', shownVersion(request));
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return;
  const { original = request.id } = request.dialectAnswer ?? {};
  void reply.header('idempotency-key', key).header('original-request', original);
  if (reply.statusCode === 200) void reply.header('stripe-should-retry', 'false');
  if (request.dialectAnswer?.original !== undefined) void reply.header('idempotent-replayed', 'true');
}

function shownVersion({ headers }: FastifyRequest): string {
  const asked = headers['stripe-version'];
  return typeof asked === 'string' && isVersion(asked) ? asked : NEWEST_VERSION;
}
