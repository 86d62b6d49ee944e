import type { RawBodyRequest } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isConsoleRead } from '../platform/access/console-reads.js';
import type { Principal } from '../platform/access/principal.js';
import { MAX_BODY_CHARACTERS } from './redact.js';
import { type LoggedRequest, RequestLogsService } from './request-logs.service.js';

type AnsweredRequest = RawBodyRequest<FastifyRequest> & { user?: Principal; requestSeed?: string };
type SentReply = FastifyReply & { sentText?: string };

/** Adds each answered request of an account to its request log. */
export function keepRequestLogs(app: NestFastifyApplication): void {
  const requestLogs = app.get(RequestLogsService);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', (_request, reply: SentReply, payload, done) => {
    if (typeof payload === 'string') reply.sentText = payload;
    done(null, payload);
  });
  fastify.addHook('onResponse', (request: AnsweredRequest, reply: SentReply, done) => {
    const { user, method } = request;
    if (user && !isConsoleRead(user, method)) requestLogs.add(loggedRequest(request, user, reply));
    done();
  });
}

function loggedRequest(request: AnsweredRequest, { accountId, world }: Principal, reply: SentReply): LoggedRequest {
  const idempotencyKey = request.headers['idempotency-key'];
  const ms = reply.elapsedTime;
  return {
    accountId,
    requestId: request.id,
    method: request.method,
    path: request.url.split('?', 1)[0] ?? request.url,
    status: reply.statusCode,
    ms: Math.round(ms * 10) / 10,
    idempotencyKey: typeof idempotencyKey === 'string' ? idempotencyKey : null,
    requestBody: textOf(request.rawBody),
    responseBody: reply.sentText ?? null,
    createdAt: world.clockId === null ? new Date(Date.now() - ms) : world.now(),
    id: request.requestSeed === undefined ? null : `log_${request.requestSeed}`,
  };
}

/** Returns null if there is no body, or it is too long for the log: one character has at most 3 bytes. */
function textOf(body: Buffer | undefined): string | null {
  return body === undefined || body.length > 3 * MAX_BODY_CHARACTERS ? null : body.toString('utf8');
}
