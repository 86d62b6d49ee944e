import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type RawBodyRequest,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, of, throwError } from 'rxjs';
import { Config } from '../platform/config/config.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { statusOf } from '../platform/errors/error-catalogue.js';
import { errorBody, failedRequest } from '../platform/http/error-body.js';
import { preferredWait } from '../platform/http/preferred-wait.js';
import { requestPayload } from '../platform/http/request-payload.js';
import type { CountedWrite } from '../platform/worlds/world.js';
import { MalformedJson } from '../platform/validation/malformed-json.js';
import { IDEMPOTENCY_KEY_HEADER, parseIdempotencyKey } from './idempotency-key.js';
import { IdempotencyService, type KeyLock } from './idempotency.service.js';
import { IDEMPOTENT, type SeededRequest } from './idempotent.decorator.js';

type KeyedHttpRequest = RawBodyRequest<FastifyRequest> & SeededRequest;

/** Answers with these statuses are not stored, because a repetition may get another answer. */
const NOT_STORED: readonly number[] = [401, 422, 429, 503];

/** Global: gives a repeated request the stored answer of the first one. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor<unknown, unknown> {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: IdempotencyService,
    private readonly config: Config,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<KeyedHttpRequest>();
    const write = isRead(request.method) ? null : request.user?.world.beginWrite();
    // Only writes of a sandbox are counted: the others do not wait.
    if (!write) return this.keyed(context, next, null);
    const counted = await write;
    request.seed = counted.seed;
    try {
      return (await this.keyed(context, next, counted)).pipe(
        catchError((error: unknown) =>
          from(releaseIfRefused(counted, error)).pipe(mergeMap(() => throwError(() => error))),
        ),
      );
    } catch (error) {
      await releaseIfRefused(counted, error);
      throw error;
    }
  }

  private async keyed(
    context: ExecutionContext,
    next: CallHandler<unknown>,
    write: CountedWrite | null,
  ): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<KeyedHttpRequest>();
    const key =
      this.reflector.get<true | undefined>(IDEMPOTENT, context.getHandler()) &&
      parseIdempotencyKey(request.headers[IDEMPOTENCY_KEY_HEADER.toLowerCase()]);
    // Validation refuses a body that is not JSON, and that answer is not stored.
    if (!key || request.body instanceof MalformedJson) return next.handle();

    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const begun = await this.idempotency.begin({
      caller: request.user,
      route: `${request.method} ${request.url}`,
      key,
      payload: requestPayload(request),
      waitMs: (preferredWait(request.headers.prefer) ?? 0) * 1000,
      seed: write?.seed ?? null,
      requestId: request.id,
    });
    if (begun.kind === 'answered') {
      await write?.release();
      void reply.status(begun.status).header('idempotency-replayed', 'true');
      return of(withRequestId(begun.body, request.id));
    }
    // An earlier run took a number already.
    if (write && write.seed !== begun.seed) await write.release();
    request.seed = begun.seed;
    return next.handle().pipe(
      mergeMap(async (body) => {
        await this.idempotency.storeAnswer(begun.lock, reply.statusCode, body);
        return body;
      }),
      catchError((error: unknown) =>
        from(this.settle(begun.lock, error, request)).pipe(mergeMap(() => throwError(() => error))),
      ),
    );
  }

  private async settle(lock: KeyLock, error: unknown, request: FastifyRequest): Promise<void> {
    // After an unexpected error it is not known what was changed, so a repetition runs with the same seed.
    if (!(error instanceof DomainError)) await this.idempotency.release(lock);
    else if (NOT_STORED.includes(statusOf(error.code))) await this.idempotency.abandon(lock);
    else {
      const body = errorBody(error.code, error.message, failedRequest(request, this.config));
      await this.idempotency.storeAnswer(lock, body.status, body);
    }
  }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** A write that was refused does not count. After an unexpected error it is not known what was done. */
async function releaseIfRefused(write: CountedWrite, error: unknown): Promise<void> {
  if (error instanceof DomainError) await write.release();
}

/** Sets the `requestId` of a stored error body to the request that it answers now. */
function withRequestId(body: unknown, requestId: string): unknown {
  return typeof body === 'object' && body !== null && 'requestId' in body ? { ...body, requestId } : body;
}
