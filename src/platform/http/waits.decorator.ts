import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MAX_WAIT_SECONDS, preferredWait } from './preferred-wait.js';

/** The header that says in an answer which wait was applied. The error filter removes it: an error applies none. */
export const PREFERENCE_APPLIED = 'preference-applied';

/** Documents that a route waits for an outcome if the client prefers that; `@PreferredWaitMs` reads it. */
export function Waits(): MethodDecorator {
  return ApiHeader({
    name: 'Prefer',
    required: false,
    description: `\`wait=10\` waits up to 10 seconds for the outcome, at most ${MAX_WAIT_SECONDS} (RFC 7240); the answer then has \`Preference-Applied\`.`,
    schema: { type: 'string' },
  });
}

/** How long the client prefers to wait, in ms; null if it does not. The answer says which wait is applied. */
export const PreferredWaitMs = createParamDecorator((_: undefined, context: ExecutionContext): number | null => {
  const http = context.switchToHttp();
  const seconds = preferredWait(http.getRequest<FastifyRequest>().headers.prefer);
  if (seconds === null) return null;
  void http.getResponse<FastifyReply>().header(PREFERENCE_APPLIED, `wait=${seconds}`);
  return seconds * 1000;
});
