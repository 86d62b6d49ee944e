import type { IncomingMessage } from 'node:http';
import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import { type RawBodyRequest, RequestMethod, UnsupportedMediaTypeException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Principal } from './auth/principal.js';
import { ErrorFilter, errorBody } from './common/error.filter.js';
import { readJson } from './common/json-body.js';
import { NestLogger } from './common/logging.js';
import { requestIdFrom } from './common/request-id.js';
import { RouteTable } from './common/route-table.js';
import { ContractValidationPipe } from './common/validation/validation.pipe.js';
import type { Config } from './config/config.js';
import { type LoggedRequest, RequestLogsService } from './request-logs/request-logs.service.js';
import { MetricsService } from './status/metrics.service.js';

const BODY_LIMIT_BYTES = 100 * 1024;
const BASE_PATH = 'api/v1';
const CHALLENGE_PATH = '3ds';

/** Served beside the API's base path, not below it. */
const OUTSIDE_BASE_PATH = ['health/live', 'health/ready', 'metrics', `${CHALLENGE_PATH}/:payment_id/:token`];

/** The application with everything but a port: what the server and the OpenAPI export share. */
export async function createApp(config: Config, connection: Connection, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    trustProxy: config.TRUST_PROXY === 'on',
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-request-id', request.id).status(400).type('application/json').send(errorBody('bad_request', 'The URL is malformed.', request.id));
    },
    skipMiddie: true,
  });
  adapter.getInstance().removeAllContentTypeParsers();
  const routes = new RouteTable();
  adapter.getInstance().addHook('onRoute', ({ method, url, config: route }) => {
    const knownAs = (route as { knownAs?: string } | undefined)?.knownAs;
    routes.add(method, knownAs === undefined ? url : `/${BASE_PATH}${knownAs}`);
  });

  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, connection), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    rawBody: true,
    abortOnError: false,
  });
  app.setGlobalPrefix(BASE_PATH, { exclude: OUTSIDE_BASE_PATH.map((path) => ({ path, method: RequestMethod.ALL })) });
  app.useGlobalPipes(new ContractValidationPipe());
  app.useGlobalFilters(new ErrorFilter(routes));
  // Never refused here: guards speak before validation, which is told of a body that is not JSON.
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, (_request, bytes: Buffer, done) => {
    done(null, readJson(bytes));
  });
  // Only the page for browsers takes a form; everywhere else it is the wrong media type.
  app.useBodyParser('application/x-www-form-urlencoded', { bodyLimit: BODY_LIMIT_BYTES }, (request, bytes: Buffer, done) => {
    if (request.url.startsWith(`/${CHALLENGE_PATH}/`)) done(null, Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))));
    else done(new UnsupportedMediaTypeException());
  });
  await addHeaders(app, config);
  reportRequests(app, logger);
  return app;
}

async function addHeaders(app: NestFastifyApplication, config: Config): Promise<void> {
  await app.register(fastifyHelmet, {
    // Swagger UI needs inline styles and data: images; TLS is the business of whatever stands in front.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    strictTransportSecurity: false,
  });
  if (config.corsOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: config.corsOrigins.includes('*') ? '*' : config.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: ['X-Request-Id', 'Retry-After', 'Allow', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed'],
    });
  }
}

type AnsweredHttpRequest = RawBodyRequest<FastifyRequest> & { user?: Principal };

/** One line and one observation for each request; never a header or a body, so never a secret. */
function reportRequests(app: NestFastifyApplication, logger: Logger): void {
  const metrics = app.get(MetricsService);
  const requestLogs = app.get(RequestLogsService);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply: FastifyReply & { sentText?: string }, payload, done) => {
    // A connection that is kept alive would keep a process alive that is asked to stop.
    if (closing) void reply.header('connection', 'close');
    if (typeof payload === 'string') reply.sentText = payload;
    done(null, payload);
  });
  fastify.addHook('onResponse', (request: AnsweredHttpRequest, reply: FastifyReply & { sentText?: string }, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const ms = reply.elapsedTime;
    const status = reply.statusCode;
    metrics.observe({ method: request.method, route, status, seconds: ms / 1000 });
    logger.info(
      { requestId: request.id, accountId: request.user?.accountId, method: request.method, route, status, ms: rounded(ms) },
      'request',
    );
    if (request.user) requestLogs.add(loggedRequest(request, request.user, reply));
    done();
  });
}

function loggedRequest(request: AnsweredHttpRequest, { accountId }: Principal, reply: FastifyReply & { sentText?: string }): LoggedRequest {
  const ms = reply.elapsedTime;
  const idempotencyKey = request.headers['idempotency-key'];
  return {
    accountId,
    requestId: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0] ?? request.url,
    status: reply.statusCode,
    ms: rounded(ms),
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : null,
    requestBody: request.rawBody?.toString('utf8') ?? null,
    responseBody: reply.sentText ?? null,
    createdAt: new Date(Date.now() - ms),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
