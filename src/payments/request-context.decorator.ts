import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../platform/access/principal.js';
import { idInWorld } from '../platform/worlds/world-ids.js';
import { newSeed } from '../platform/common/ids.js';
import type { SeededRequest } from '../idempotency/idempotent.decorator.js';
import type { RequestContext } from './request-context.js';

/** The caller of a request, and the ids that its changes get. */
export const Context = createParamDecorator((_: undefined, context: ExecutionContext): RequestContext => {
  const { user, id, seed } = context.switchToHttp().getRequest<FastifyRequest & SeededRequest & { user: Principal }>();
  const { accountId, world, dialect } = user;
  return {
    accountId,
    world,
    dialect,
    requestId: id,
    eventId: idInWorld(world.id, `evt_${seed ?? newSeed(new Date())}`),
  };
});
