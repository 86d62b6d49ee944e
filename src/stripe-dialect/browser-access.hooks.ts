import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../platform/config/config.js';
import { dialectOperations } from './operations.js';
import { browserView } from './wire/browser-view.js';
import { type DialectRequest, isDialectPath } from './wire/dialect-request.js';

const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of customers use the dialect with a publishable key. In development pages of all origins may; in production,
 * and wherever CORS_ORIGINS is set, only those that it names. What a secret key gets is for servers: no page may read it.
 */
export function openToBrowsers(app: NestFastifyApplication, { isProduction, corsOrigins }: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preSerialization', (request, _reply, payload, done) => {
    done(null, isForBrowser(request) ? browserView(payload) : payload);
  });
  if (isProduction || corsOrigins.length > 0) return;
  const operations = operationsOfBrowsers();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { method, headers } = request;
    const asked = String(headers['access-control-request-method']);
    if (method !== 'OPTIONS' || !operations.some((operation) => operation.test(`${asked} ${pathOf(request)}`))) {
      done();
      return;
    }
    void reply
      .status(204)
      .headers({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': asked,
        'access-control-allow-headers': headers['access-control-request-headers'] ?? '*',
        'access-control-max-age': String(PREFLIGHT_SECONDS),
        vary: 'Access-Control-Request-Headers',
      })
      .send();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (isDialectPath(request.url) && !isForServer(request))
      void reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Request-Id' });
    done(null, payload);
  });
}

/** Who asks; undefined if nobody was authenticated. */
function callerOf(request: FastifyRequest): DialectRequest['user'] | undefined {
  return (request as { readonly user?: DialectRequest['user'] }).user;
}

const isForBrowser = (request: FastifyRequest): boolean => callerOf(request)?.publishable === true;
const isForServer = (request: FastifyRequest): boolean => callerOf(request)?.publishable === false;

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}

/** Patterns of `METHOD /path`. */
function operationsOfBrowsers(): RegExp[] {
  return dialectOperations()
    .filter(({ publishable }) => publishable)
    .map(({ method, path }) => new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
}
