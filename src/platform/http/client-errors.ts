import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../errors/error-catalogue.js';
import { MethodNotAllowedError } from '../errors/method-not-allowed.error.js';
import { errorBody } from './error-body.js';
import { localBase } from './link-base.js';
import { requestIdFrom } from './request-id.js';
import type { RouteTable } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Node's error for a connection whose bytes are not a readable request. */
export interface ClientError {
  readonly code?: string;
  /** The bytes read last: a Buffer, although Fastify declares another type. */
  readonly rawPacket?: unknown;
}

/** What the answer to an unreadable request needs to know of the gateway. */
export interface AnsweringGateway {
  readonly routes: RouteTable;
  /** PUBLIC_URL; empty if it is not set. */
  readonly publicUrl: string;
}

interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'request_timeout', detail: 'The request was not complete in time.' },
  HPE_HEADER_OVERFLOW: { code: 'headers_too_large', detail: 'The request headers are larger than 16 kB.' },
};

const UNREADABLE: Refusal = { code: 'bad_request', detail: 'The request cannot be read.' };

/** Sends an error response with the usual body, and closes the connection. */
export function answerClientError(error: ClientError, socket: Socket, { routes, publicUrl }: AnsweringGateway): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { code, detail, headers = {} } = refusalOf(error, routes);
  const requestId = requestIdFrom(undefined);
  const body = errorBody(code, detail, { requestId, base: publicUrl || localBase('http', socket) });
  const text = JSON.stringify(body);
  const fields = {
    ...SECURITY_HEADERS,
    'x-request-id': requestId,
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? 'Error'}\r\n${head.join('')}\r\n${text}`);
}

function refusalOf({ code = '', rawPacket }: ClientError, routes: RouteTable): Refusal {
  if (code === 'HPE_INVALID_METHOD' && Buffer.isBuffer(rawPacket))
    return refuseUnknownMethod(rawPacket, routes) ?? UNREADABLE;
  return REFUSALS[code] ?? UNREADABLE;
}

/**
 * Answers a method that Node's parser does not know: 405 if the path exists, otherwise 404. Returns null if the packet
 * does not begin with a request line.
 */
function refuseUnknownMethod(packet: Buffer, routes: RouteTable): Refusal | null {
  const path = /^[A-Z-]{1,40} (\/[!-~]{0,2000}) HTTP\/1\.[01]\r?\n/.exec(packet.toString('latin1', 0, 2100))?.[1];
  if (path === undefined) return null;
  const allowed = routes.methodsOf(path);
  if (allowed.length === 0) return { code: 'not_found', detail: 'Not Found' };
  const { code, message } = new MethodNotAllowedError(allowed);
  return { code, detail: message, headers: { allow: allowed.join(', ') } };
}
