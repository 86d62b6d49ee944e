import type { RequestContext } from '../../payments/request-context.js';
import type { Principal } from '../../platform/access/principal.js';
import { type IdPrefix, newSeed } from '../../platform/common/ids.js';
import { linkBase } from '../../platform/http/link-base.js';
import { idInWorld } from '../../platform/worlds/world-ids.js';
import { type DialectRequest, formOf, idempotencyKeyOf, versionOf } from './dialect-request.js';
import type { FormValue } from './form.js';

/** A request of the dialect: who asks, with which ids and version. */
export interface Call extends RequestContext {
  readonly caller: Principal;
  readonly version: string;
  /** Whether the request asked for its version; otherwise it has the newest. */
  readonly isVersionAsked: boolean;
  readonly idempotencyKey: string | null;
  /** Where the gateway was reached. */
  readonly base: string;
  /** The path that was asked for, which lists show. */
  readonly path: string;
  /** The paths of what shall be shown whole in place of its id. */
  readonly expand: readonly string[];
  /** The stored id of what the request creates: the same if it runs again after a crash. */
  readonly newId: (prefix: IdPrefix) => string;
}

/** Throws a DialectError (400) for a wrong version or key. */
export function callOf(request: DialectRequest): Call {
  const { user, id, seed = newSeed(new Date()), url } = request;
  const { accountId, world } = user;
  const newId = (prefix: IdPrefix): string => idInWorld(world.id, `${prefix}_${seed}`);
  return {
    accountId,
    world,
    requestId: id,
    eventId: newId('evt'),
    caller: user,
    version: versionOf(request),
    isVersionAsked: request.headers['stripe-version'] !== undefined,
    idempotencyKey: idempotencyKeyOf(request),
    base: linkBase(request),
    path: url.split('?', 1)[0] ?? url,
    expand: textsOf(formOf(request).expand),
    newId,
  };
}

function textsOf(value: FormValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
