import { sortedJson } from '../platform/common/sorted-json.js';
import type { World } from '../platform/worlds/world.js';
import { followingId } from '../platform/worlds/world-ids.js';

/** After so long, in ms, due work tells of a change if the process that made it has not. */
export const REPAIR_AFTER_MS = 5_000;

/** The caller of a write, and the ids that belong to the write. */
export interface WriteContext {
  readonly accountId: string;
  readonly world: World;
  readonly requestId: string;
  /** The id of the first event that the write makes; the same if the request runs again after a crash. */
  readonly eventId: string;
  /** As the client sent it; null if it sent none. */
  readonly idempotencyKey: string | null;
}

/** A change of an object that subscribers may not know of yet. The write that made the change stored it. */
export interface UntoldChange {
  readonly eventId: string;
  readonly type: string;
  /** By the account's clock. */
  readonly at: Date;
  /** Null if no request made the change. */
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  /** The fields that changed, with their values before; null if the change created the object. */
  readonly previous: Readonly<Record<string, unknown>> | null;
}

/** A stored object whose changes are told. */
export interface UntoldObject {
  readonly _id: string;
  readonly accountId: string;
  /** The oldest first. Not set if all is told. */
  readonly untold?: readonly UntoldChange[];
  /** Real time: when due work tells what the process that wrote `untold` has not; not set if all is told. */
  readonly repairAt?: Date;
  readonly leaseUntil?: Date;
  /** The event of the latest change. A request that runs again after a crash knows its own change by it. */
  readonly lastEventId?: string;
  /** Counts the changes; not set if there was none. A change is written only if it is the one that was read. */
  readonly version?: number;
}

/** A change, and the object as it was then. */
export interface ToldChange<T> {
  readonly change: UntoldChange;
  /** The object after the change, without the changes that followed. */
  readonly after: T;
  /** The object before it; null if the change created it. */
  readonly before: T | null;
}

/** The change that a request makes. */
export function untoldChange(
  type: string,
  { world, eventId, requestId, idempotencyKey }: WriteContext,
  previous: UntoldChange['previous'],
): UntoldChange {
  return { eventId, type, at: world.now(), requestId, idempotencyKey, previous };
}

/**
 * The same request, for a further change that it makes.
 *
 * @param salt tells several changes of one request apart
 */
export function followingContext(context: WriteContext, salt: string): WriteContext {
  return { ...context, eventId: followingId('evt', context.eventId, context.world.now(), salt) };
}

/** What the write that creates an object stores with it, so that the creation is told. */
export function untoldCreation(
  change: UntoldChange,
  now: Date,
): {
  readonly untold: UntoldChange[];
  readonly repairAt: Date;
  readonly lastEventId: string;
  readonly version: number;
} {
  return {
    untold: [change],
    repairAt: new Date(now.getTime() + REPAIR_AFTER_MS),
    lastEventId: change.eventId,
    version: 1,
  };
}

/** Returns all untold changes of an object, the oldest first, each with the object as it was then. */
export function toldChanges<T extends UntoldObject>(object: T): ToldChange<T>[] {
  const told: ToldChange<T>[] = [];
  let after = object;
  for (const change of [...(object.untold ?? [])].reverse()) {
    const before = change.previous === null ? null : { ...after, ...change.previous };
    told.push({ change, after, before });
    after = before ?? after;
  }
  return told.reverse();
}

/** The new values of fields that differ, and their values before. */
export interface FieldChanges<T> {
  readonly set: Partial<T>;
  readonly previous: Readonly<Record<string, unknown>>;
}

/** Compares an object with new values of some of its fields. Returns null if none differs. */
export function changedFields<T extends object>(object: T, values: Partial<T>): FieldChanges<T> | null {
  const changed = (Object.keys(values) as (keyof T & string)[]).filter(
    (field) => values[field] !== undefined && sortedJson(values[field]) !== sortedJson(object[field]),
  );
  if (changed.length === 0) return null;
  return {
    set: Object.fromEntries(changed.map((field) => [field, values[field]])) as Partial<T>,
    previous: Object.fromEntries(changed.map((field) => [field, object[field] ?? null])),
  };
}
