import { type CallHandler, type ExecutionContext, HttpStatus, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';

/** Answers 503 instead of 200 if the `status` in the body is not `ok`. */
@Injectable()
export class UnavailableInterceptor implements NestInterceptor<{ readonly status: string }> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<{ readonly status: string }>,
  ): Observable<{ readonly status: string }> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(({ status }) => {
        if (status !== 'ok') void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
      }),
    );
  }
}
