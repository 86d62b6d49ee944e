import type { IncomingMessage } from 'node:http';
import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import { RequestMethod } from '@nestjs/common';
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
import { MetricsService } from './status/metrics.service.js';

const BODY_LIMIT_BYTES = 100 * 1024;
const BASE_PATH = 'api/v1';

/** Served beside the API's base path, not below it. */
const OUTSIDE_BASE_PATH = ['health/live', 'health/ready', 'metrics'];

/** The application with everything but a port: what the server and the OpenAPI export share. */
export async function createApp(config: Config, connection: Connection, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    trustProxy: config.TRUST_PROXY === 'on',
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.status(400).type('application/json').send(errorBody('bad_request', 'The URL is malformed.', request.id));
    },
    skipMiddie: true,
  });
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
  app.setGlobalPrefix(BASE_PATH, { exclude: OUTSIDE_BASE_PATH.map((path) => ({ path, method: RequestMethod.GET })) });
  app.useGlobalPipes(new ContractValidationPipe());
  app.useGlobalFilters(new ErrorFilter(routes));
  // Never refused here: guards speak before validation, which is told of a body that is not JSON.
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, (_request, bytes: Buffer, done) => {
    done(null, readJson(bytes));
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
      exposedHeaders: ['X-Request-Id', 'Retry-After', 'Allow'],
    });
  }
}

/** One line and one observation for each request; never a header or a body, so never a secret. */
function reportRequests(app: NestFastifyApplication, logger: Logger): void {
  const metrics = app.get(MetricsService);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request: FastifyRequest & { user?: Principal }, reply: FastifyReply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const ms = reply.elapsedTime;
    const status = reply.statusCode;
    metrics.observe({ method: request.method, route, status, seconds: ms / 1000 });
    logger.info(
      { requestId: request.id, accountId: request.user?.accountId, method: request.method, route, status, ms: Math.round(ms * 10) / 10 },
      'request',
    );
    done();
  });
}
