import { newSeed } from '../platform/common/ids.js';
import { DomainError } from '../platform/errors/domain-error.js';
import type { World } from '../platform/worlds/world.js';
import { idInWorld } from '../platform/worlds/world-ids.js';
import type { RequestContext } from './request-context.js';

/** What a customer's request belongs to. */
export interface CustomerRequest {
  readonly accountId: string;
  readonly world: World;
  /** As it was sent. */
  readonly requestId: string;
}

/** The ids of what a customer's request makes; `seed` is an id without its prefix. */
export interface CustomerContext extends RequestContext {
  readonly seed: string;
}

/**
 * Carries out what a customer does on a page of ours, like a request of the merchant: in a sandbox it has a number,
 * and gives it back if it is refused.
 */
export async function asRequest<T>(
  { accountId, world, requestId }: CustomerRequest,
  work: (context: CustomerContext) => Promise<T>,
): Promise<T> {
  const requestSeed = world.requestSeed();
  const write = await world.beginWrite();
  const seed = write?.seed ?? newSeed(new Date());
  try {
    return await work({
      accountId,
      world,
      requestId: requestSeed === null ? requestId : `req_${requestSeed}`,
      eventId: idInWorld(world.id, `evt_${seed}`),
      seed,
    });
  } catch (error) {
    if (error instanceof DomainError) await write?.release();
    throw error;
  }
}
