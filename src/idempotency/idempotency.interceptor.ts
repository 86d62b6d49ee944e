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
import { preferredWait } from '../platform/http/preferred-wait.js';
import type { CountedWrite } from '../platform/worlds/world.js';
import { IdempotencyService, type KeyLock } from './idempotency.service.js';
import { IDEMPOTENT, type SeededRequest } from './idempotent.decorator.js';
import type { KeyedAnswers } from './keyed-answers.js';

type KeyedHttpRequest = RawBodyRequest<FastifyRequest> & SeededRequest;

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
    const answers = this.reflector.get<KeyedAnswers | undefined>(IDEMPOTENT, context.getHandler());
    const key = answers?.keyOf(request) ?? null;
    if (!answers || key === null) return next.handle();

    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const begun = await this.idempotency.begin({
      caller: request.user,
      route: answers.scopeOf(request),
      key,
      payload: answers.payloadOf(request),
      waitMs: (preferredWait(request.headers.prefer) ?? 0) * 1000,
      seed: write?.seed ?? null,
      requestId: request.id,
    });
    if (begun.kind === 'answered') {
      await write?.release();
      void reply.status(begun.status);
      return of(answers.replay(begun.body, request, reply));
    }
    // An earlier run took a number already.
    if (write && write.seed !== begun.seed) await write.release();
    request.seed = begun.seed;
    return next.handle().pipe(
      mergeMap(async (body) => {
        await this.idempotency.storeAnswer(begun.lock, reply.statusCode, answers.kept(body, request));
        return body;
      }),
      catchError((error: unknown) =>
        from(this.settle(begun.lock, error, answers, request)).pipe(mergeMap(() => throwError(() => error))),
      ),
    );
  }

  private async settle(lock: KeyLock, error: unknown, answers: KeyedAnswers, request: KeyedHttpRequest): Promise<void> {
    // After an unexpected error it is not known what was changed, so a repetition runs with the same seed.
    if (!(error instanceof DomainError)) {
      await this.idempotency.release(lock);
      return;
    }
    const kept = answers.keptOf(error, request, this.config);
    if (kept === null) await this.idempotency.abandon(lock);
    else await this.idempotency.storeAnswer(lock, kept.status, kept.body);
  }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** A write that was refused does not count. After an unexpected error it is not known what was done. */
async function releaseIfRefused(write: CountedWrite, error: unknown): Promise<void> {
  if (error instanceof DomainError && !error.hadEffect) await write.release();
}
