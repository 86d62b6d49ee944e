import type { RawBodyRequest } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Principal } from './platform/access/principal.js';
import { MAX_BODY_CHARACTERS } from './request-logs/redact.js';
import { type LoggedRequest, RequestLogsService } from './request-logs/request-logs.service.js';
import { MetricsService } from './status/metrics.service.js';

type AnsweredHttpRequest = RawBodyRequest<FastifyRequest> & { user?: Principal };
type SentReply = FastifyReply & { sentText?: string };

/**
 * One log line and one observation for each request, never with a header or a body, so never with a secret; and
 * the request log of the account, if that is on.
 */
export function reportRequests(
  app: NestFastifyApplication,
  logger: Logger,
  { requestLog }: { readonly requestLog: boolean },
): void {
  const metrics = app.get(MetricsService);
  const requestLogs = requestLog ? app.get(RequestLogsService) : null;
  const logged = logger.isLevelEnabled('info');
  const fastify = app.getHttpAdapter().getInstance();
  if (requestLogs) {
    fastify.addHook('onSend', (_request, reply: SentReply, payload, done) => {
      if (typeof payload === 'string') reply.sentText = payload;
      done(null, payload);
    });
  }
  fastify.addHook('onResponse', (request: AnsweredHttpRequest, reply: SentReply, done) => {
    const { id: requestId, method, user } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    const ms = reply.elapsedTime;
    metrics.observe({ method, route, status, seconds: ms / 1000 });
    if (logged)
      logger.info({ requestId, accountId: user?.accountId, method, route, status, ms: rounded(ms) }, 'request');
    if (requestLogs && user) requestLogs.add(loggedRequest(request, user, reply, ms));
    done();
  });
}

function loggedRequest(
  request: AnsweredHttpRequest,
  { accountId }: Principal,
  reply: SentReply,
  ms: number,
): LoggedRequest {
  const idempotencyKey = request.headers['idempotency-key'];
  return {
    accountId,
    requestId: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0] ?? request.url,
    status: reply.statusCode,
    ms: rounded(ms),
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : null,
    requestBody: textOf(request.rawBody),
    responseBody: reply.sentText ?? null,
    createdAt: new Date(Date.now() - ms),
  };
}

/** Null if there is no body, or if it is longer than the log keeps: a character has at most 3 bytes. */
function textOf(body: Buffer | undefined): string | null {
  return body === undefined || body.length > 3 * MAX_BODY_CHARACTERS ? null : body.toString('utf8');
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
