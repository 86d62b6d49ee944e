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

/** How long a client prefers that its request waits. */
export class Wait {
  /** False if the gateway answered without the wait. */
  isApplied = true;

  constructor(
    readonly seconds: number,
    private readonly request: FastifyRequest,
  ) {}

  get ms(): number {
    return this.seconds * 1000;
  }

  /** Whether the client has disconnected and nobody gets the answer: neither it nor a repetition with its key. */
  get isAbandoned(): boolean {
    return this.request.raw.socket.destroyed && this.request.headers['idempotency-key'] === undefined;
  }
}

const waits = new WeakMap<FastifyRequest, Wait>();

function waitOf(context: ExecutionContext): Wait | null {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const known = waits.get(request);
  if (known) return known;
  const seconds = preferredWait(request.headers.prefer);
  if (seconds === null) return null;
  const wait = new Wait(seconds, request);
  waits.set(request, wait);
  return wait;
}

/** Says in the answer which wait was applied. */
@Injectable()
export class PreferenceAppliedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const wait = waitOf(context);
    if (wait === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(() => {
        if (wait.isApplied) void reply.header('preference-applied', `wait=${wait.seconds}`);
      }),
    );
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

/** How long the client prefers to wait; null if it does not. */
export const PreferredWait = createParamDecorator((_: undefined, context: ExecutionContext): Wait | null =>
  waitOf(context),
);
