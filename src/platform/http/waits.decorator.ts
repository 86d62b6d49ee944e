import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MAX_WAIT_SECONDS, preferredWait } from './preferred-wait.js';

/** The header that says in an answer which wait was applied. The error filter removes it: an error applies none. */
export const PREFERENCE_APPLIED = 'preference-applied';

/** How long a client prefers that its request waits. The answer says so, unless the wait is refused. */
export class Wait {
  constructor(
    private readonly seconds: number,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    void reply.header(PREFERENCE_APPLIED, `wait=${seconds}`);
  }

  get ms(): number {
    return this.seconds * 1000;
  }

  /** True if the client has disconnected and nobody gets the answer: neither it nor a repetition with its key. */
  get isAbandoned(): boolean {
    return this.request.raw.socket.destroyed && this.request.headers['idempotency-key'] === undefined;
  }

  /** The gateway answers without the wait. */
  refuse(): void {
    void this.reply.removeHeader(PREFERENCE_APPLIED);
  }
}

/** Documents that a route waits for an outcome if the client prefers that; `@PreferredWait` reads it. */
export function Waits(): MethodDecorator {
  return ApiHeader({
    name: 'Prefer',
    required: false,
    description: `\`wait=10\` waits up to 10 seconds for the outcome, at most ${MAX_WAIT_SECONDS} (RFC 7240); the answer then has \`Preference-Applied\`.`,
    schema: { type: 'string' },
  });
}

/** How long the client prefers to wait; null if it does not. */
export const PreferredWait = createParamDecorator((_: undefined, context: ExecutionContext): Wait | null => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const seconds = preferredWait(request.headers.prefer);
  return seconds === null ? null : new Wait(seconds, request, http.getResponse<FastifyReply>());
});
