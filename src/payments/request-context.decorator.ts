import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../platform/access/principal.js';
import { newSeed } from '../platform/common/ids.js';
import type { SeededRequest } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from './request-context.js';

/** The caller of a request, and the ids that its changes get. */
export const Context = createParamDecorator((_: undefined, context: ExecutionContext): RequestContext => {
  const { user, id, idempotencySeed } = context
    .switchToHttp()
    .getRequest<FastifyRequest & SeededRequest & { user: Principal }>();
  return { accountId: user.accountId, requestId: id, eventId: `evt_${idempotencySeed ?? newSeed(new Date())}` };
});
