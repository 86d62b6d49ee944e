import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { answerClientError } from './client-errors.js';
import { errorBody, failedRequest } from './error-body.js';
import { parseQueryString } from './query-string.js';
import { type ErrorForm } from './error.filter.js';
import { requestIdFrom } from './request-id.js';
import type { RouteTable } from './route-table.js';

export const BODY_LIMIT_BYTES = 100 * 1024;

/** How long a client may take to send the headers of its request. */
const HEADERS_TIMEOUT_MS = 10_000;

/** Node accepts at most this many bytes of headers, including the URL. */
const MAX_URL_LENGTH = 16_384;

/** Creates Fastify with the gateway's limits. Requests that never reach a route also get the usual error body. */
export function createAdapter(config: Config, routes: RouteTable, forms: readonly ErrorForm[] = []): FastifyAdapter {
  const adapter = new FastifyAdapter({
    genReqId: ({ headers }: IncomingMessage) => requestIdFrom(headers['x-request-id']),
    // If a request is not complete in time, Node reports an error; the gateway answers 408 and closes the connection.
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, config.REQUEST_TIMEOUT_MS),
      connectionsCheckingInterval: 1000,
    },
    clientErrorHandler: (error: ConnectionError, socket: Socket) => {
      answerClientError(error, socket, { routes, publicUrl: config.PUBLIC_URL });
    },
    // So that an overlong id is answered like any other unknown id.
    routerOptions: { maxParamLength: MAX_URL_LENGTH, querystringParser: parseQueryString },
    trustProxy: config.TRUST_PROXY === 'on',
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const told = { code: 'bad_request', message: 'The URL is malformed.' } as const;
      const { method, url } = request;
      const failed = failedRequest(request, config);
      const { body } = forms.find(({ owns }) => owns(url))?.answer(error, told, { ...failed, method, url }) ?? {
        body: errorBody(told.code, told.message, failed),
      };
      void reply.header('x-request-id', request.id).status(400).type('application/json').send(body);
    },
    skipMiddie: true,
    // No route has a JSON schema, so Fastify need not load its schema compilers.
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
  });
  adapter.getInstance().removeAllContentTypeParsers();
  closeUnusedConnections(adapter);
  return adapter;
}

/**
 * Closes connections without a request when the server stops. Node takes them for connections in use, and would wait for
 * a request that nobody sends: browsers and clients open some ahead of time.
 */
function closeUnusedConnections(adapter: FastifyAdapter): void {
  const unused = new Set<Socket>();
  const fastify = adapter.getInstance();
  fastify.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  fastify.server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  fastify.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy();
    done();
  });
}

function refuseSchemas(): never {
  throw new Error('Routes are validated by DTO classes, not by JSON schemas.');
}
