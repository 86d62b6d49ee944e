import { RequestMethod, UnsupportedMediaTypeException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { NestLogger } from './platform/common/logging.js';
import type { Config } from './platform/config/config.js';
import { FaultWire } from './faults/fault-wire.service.js';
import { loseAnswers } from './faults/faults.hooks.js';
import { ErrorFilter } from './platform/http/error.filter.js';
import { BODY_LIMIT_BYTES, createAdapter } from './platform/http/fastify-adapter.js';
import { readJson } from './platform/http/json-body.js';
import { isPageForCustomers } from './platform/http/customer-error-page.js';
import { logRequests } from './platform/http/request-lines.js';
import { addHeaders } from './platform/http/response-headers.js';
import { RouteTable } from './platform/http/route-table.js';
import { ContractValidationPipe } from './platform/validation/validation.pipe.js';
import { keepRequestLogs } from './request-logs/request-logs.hooks.js';
import { measureRequests } from './status/metrics.hooks.js';
import { openToBrowsers } from './stripe-dialect/browser-access.hooks.js';
import { serveBrowserScript } from './stripe-dialect/browser-script.hooks.js';
import { DIALECT_ROUTES } from './stripe-dialect/routes.js';
import { addDialectHeaders } from './stripe-dialect/wire/answer-headers.hooks.js';
import { isDialectPath, readFormBody, readMultipartBody } from './stripe-dialect/wire/dialect-request.js';
import { DIALECT_ERRORS, DIALECT_FAULTS } from './stripe-dialect/wire/error-answer.js';

const BASE_PATH = 'api/v1';
const CONSOLE_SESSION_PATH = 'console/session';

/** Routes outside the API's base path, as their controllers declare them. */
const OUTSIDE_BASE_PATH = [
  ...DIALECT_ROUTES,
  'health/live',
  'health/ready',
  'metrics',
  CONSOLE_SESSION_PATH,
  '3ds/:payment_id/:token',
  '3ds/setups/:setup_id/:token',
  ...['', '/wallet', '/bank', '/cancel', '/change', '/receipt'].map((page) => `checkout/:token${page}`),
];

/** Creates the application without listening on a port. The server and the OpenAPI export both use it. */
export async function createApp(
  config: Config,
  connection: Connection,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const routes = new RouteTable();
  const adapter = createAdapter(config, routes, [DIALECT_ERRORS]);
  adapter.getInstance().addHook('onRoute', (options) => {
    const { method, url } = options;
    const { knownAs, bodyLimit } = (options.config ?? {}) as { knownAs?: string; bodyLimit?: number };
    // Bodies are read before guards run: in production everybody could send them.
    if (bodyLimit !== undefined && config.sandboxesOn && !config.isProduction) options.bodyLimit = bodyLimit;
    routes.add(method, knownAs === undefined ? url : `/${BASE_PATH}${knownAs}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, connection), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    rawBody: true,
    abortOnError: false,
  });
  app.setGlobalPrefix(BASE_PATH, { exclude: OUTSIDE_BASE_PATH.map(asDeclared) });
  app.useGlobalPipes(new ContractValidationPipe());
  app.useGlobalFilters(new ErrorFilter(routes, config, [DIALECT_ERRORS]));
  readBodies(app);
  await addHeaders(app, config, [`/${CONSOLE_SESSION_PATH}`]);
  addDialectHeaders(app);
  app.get(FaultWire).answerIn(DIALECT_FAULTS);
  openToBrowsers(app, config);
  serveBrowserScript(app, config);
  measureRequests(app);
  logRequests(app, logger);
  if (config.REQUEST_LOG === 'on') keepRequestLogs(app);
  if (config.faultsOn) loseAnswers(app);
  return app;
}

/** The path itself, with its colons: otherwise `checkout/:token` would exclude `checkout/sessions` too. */
function asDeclared(path: string) {
  return { path: path.replaceAll(':', String.raw`\:`), method: RequestMethod.ALL };
}

function readBodies(app: NestFastifyApplication): void {
  // Does not refuse a body that is not JSON: guards must run first, then validation refuses it.
  app.useBodyParser('application/json', { bodyLimit: BODY_LIMIT_BYTES }, (_request, bytes: Buffer, done) => {
    done(null, readJson(bytes));
  });
  // Only pages for customers and the dialect accept forms; other routes refuse this media type.
  app.useBodyParser(
    'application/x-www-form-urlencoded',
    { bodyLimit: BODY_LIMIT_BYTES },
    (request, bytes: Buffer, done) => {
      if (isDialectPath(request.url)) done(null, readFormBody(bytes));
      else if (isPageForCustomers(request.url))
        done(null, Object.fromEntries(new URLSearchParams(bytes.toString('utf8'))));
      else done(new UnsupportedMediaTypeException());
    },
  );
  // Only the dialect takes files. Without `rawBody`: nobody logs or compares them.
  app
    .getHttpAdapter()
    .getInstance()
    .addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
      async (request: FastifyRequest, bytes: Buffer) => {
        if (!isDialectPath(request.url)) throw new UnsupportedMediaTypeException();
        return readMultipartBody(request, bytes);
      },
    );
}
