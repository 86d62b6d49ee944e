import { applyDecorators, createParamDecorator, type ExecutionContext, Header } from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type IdPrefix, idPattern } from '../common/ids.js';
import { ApiErrors } from '../errors/api-errors.decorator.js';
import { ValidationFailedError } from '../errors/validation-failed.error.js';
import { NoStore } from '../http/no-store.decorator.js';

const LAST_EVENT_ID = 'Last-Event-ID';

interface StreamDescription {
  /** The kind of the ids. */
  readonly prefix: IdPrefix;
  readonly description: string;
  /** Some lines of it. */
  readonly example: string;
}

/** A route that answers with server-sent events; the controller's method returns the stream (EventStreams). */
export function SendsEvents({ prefix, description, example }: StreamDescription): MethodDecorator {
  return applyDecorators(
    Header('content-type', 'text/event-stream; charset=utf-8'),
    NoStore(),
    // Else nginx collects a few kilobytes before it sends anything on.
    Header('x-accel-buffering', 'no'),
    ApiHeader({
      name: LAST_EVENT_ID,
      required: false,
      description:
        'The id of the last one that came: goes on a few seconds before it. What comes twice has the same id.',
      schema: { type: 'string', pattern: idPattern(prefix).source },
    }),
    ApiOkResponse({ description, content: { 'text/event-stream': { schema: { type: 'string' }, example } } }),
    ApiErrors('validation_failed', 'too_many_open_requests'),
  );
}

/**
 * The header Last-Event-ID; null if it is missing or empty. A value that no stream of this kind has sent is refused: to
 * begin anew would lose events, and nobody would notice.
 */
export const LastEventId = createParamDecorator((prefix: IdPrefix, context: ExecutionContext): string | null => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const id = headers[LAST_EVENT_ID.toLowerCase()];
  if (id === undefined || id === '') return null;
  const pattern = idPattern(prefix);
  if (typeof id === 'string' && pattern.test(id)) return id;
  throw ValidationFailedError.at(
    ['header', LAST_EVENT_ID],
    'string_pattern_mismatch',
    `String should match pattern '${pattern.source}'`,
    id,
    { pattern: pattern.source },
  );
});
