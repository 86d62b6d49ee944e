import type { World } from '../platform/worlds/world.js';

/** The caller of a request, and the ids that belong to the request. */
export interface RequestContext {
  readonly accountId: string;
  readonly world: World;
  readonly requestId: string;
  /** The id of the event that the request makes; the same if the request runs again after a crash. */
  readonly eventId: string;
  /** Whether the account uses the Stripe-compatible dialect, which then shows and tells what is made. */
  readonly dialect?: boolean;
  /** Of a request of the dialect, as it was sent; null if it had none. */
  readonly idempotencyKey?: string | null;
}
