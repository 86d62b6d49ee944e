import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { MAX_WAIT_SECONDS, preferredWait } from './preferred-wait.js';

const waitOf = (context: ExecutionContext): number | null =>
  preferredWait(context.switchToHttp().getRequest<FastifyRequest>().headers.prefer);

/** Says in the answer which wait was applied. */
@Injectable()
export class PreferenceAppliedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const seconds = waitOf(context);
    if (seconds === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(tap(() => void reply.header('preference-applied', `wait=${seconds}`)));
  }
}

/** A route that waits for an outcome if the client prefers that. */
export function Waits(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(PreferenceAppliedInterceptor),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description: `\`wait=10\` waits up to 10 seconds for the outcome, at most ${MAX_WAIT_SECONDS} (RFC 7240); the answer then has \`Preference-Applied\`.`,
      schema: { type: 'string' },
    }),
  );
}

/** How long the client prefers to wait, in ms; null if it does not. */
export const PreferredWaitMs = createParamDecorator((_: undefined, context: ExecutionContext): number | null => {
  const seconds = waitOf(context);
  return seconds === null ? null : seconds * 1000;
});
