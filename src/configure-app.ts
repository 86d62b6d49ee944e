import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import fastifyCors from '@fastify/cors';
import { RequestMethod, UnsupportedMediaTypeException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { answerClientError } from './platform/http/client-errors.js';
import { ErrorFilter, errorBody } from './platform/http/error.filter.js';
import { readJson } from './platform/http/json-body.js';
import { NestLogger } from './platform/common/logging.js';
import { requestIdFrom } from './platform/http/request-id.js';
import { RouteTable } from './platform/http/route-table.js';
import { SECURITY_HEADERS } from './platform/http/security-headers.js';
import { ContractValidationPipe } from './platform/validation/validation.pipe.js';
import type { Config } from './platform/config/config.js';
import { reportRequests } from './report-requests.js';

const BODY_LIMIT_BYTES = 100 * 1024;
/** How long a client may take to send the headers of its request. */
const HEADERS_TIMEOUT_MS = 10_000;

/** Node accepts no more bytes of headers, the URL among them. */
const MAX_URL_LENGTH = 16_384;

const BASE_PATH = 'api/v1';
const CHALLENGE_PATH = '3ds';

/** Served beside the API's base path, not below it. */
const OUTSIDE_BASE_PATH = ['health/live', 'health/ready', 'metrics', `${CHALLENGE_PATH}/:payment_id/:token`];

/** The application with everything but a port: what the server and the OpenAPI export share. */
export async function createApp(
  config: Config,
  connection: Connection,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const routes = new RouteTable();
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    // A connection whose request is not complete in time is answered 408 and closed.
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, config.REQUEST_TIMEOUT_MS),
      connectionsCheckingInterval: 1000,
    },
    clientErrorHandler: (error: ConnectionError, socket: Socket) => {
      answerClientError(error, socket, routes);
    },
    // No id is so long, but one that is looks as unknown as any other.
    routerOptions: { maxParamLength: MAX_URL_LENGTH },
    trustProxy: config.TRUST_PROXY === 'on',
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply
        .header('x-request-id', request.id)
        .status(400)
        .type('application/json')
        .send(errorBody('bad_request', 'The URL is malformed.', request.id));
    },
    skipMiddie: true,
    // No route has a JSON schema: Fastify need not load its schema compilers.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  });
  adapter.getInstance().removeAllContentTypeParsers();
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
  app.useBodyParser(
    'application/x-www-form-urlencoded',
    { bodyLimit: BODY_LIMIT_BYTES },
    (request, bytes: Buffer, done) => {
      if (request.url.startsWith(`/${CHALLENGE_PATH}/`))
        done(null, Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))));
      else done(new UnsupportedMediaTypeException());
    },
  );
  await addHeaders(app, config);
  reportRequests(app, logger, { requestLog: config.REQUEST_LOG === 'on' });
  return app;
}

function noSchemas(): never {
  throw new Error('Routes are validated by DTO classes, not by JSON schemas.');
}

async function addHeaders(app: NestFastifyApplication, config: Config): Promise<void> {
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
    // A connection that is kept alive would keep a process alive that is asked to stop.
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
  if (config.corsOrigins.length > 0) {
    await app.register(fastifyCors, {
      origin: config.corsOrigins.includes('*') ? '*' : config.corsOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposedHeaders: ['X-Request-Id', 'Retry-After', 'Allow', 'RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed'],
    });
  }
}
