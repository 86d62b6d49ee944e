import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { idAt } from '../platform/common/ids.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import { TooManyOpenRequestsError } from './event-errors.js';
import type { Event } from './event.schema.js';
import { type EventFilter, EventsService } from './events.service.js';

/** How often the events are read, in ms, in case another process stored one. */
const READ_EVERY_MS = 500;

/** How many requests may wait at once, in all and for one account. */
const MAX_WAITS = 5_000;
export const MAX_WAITS_PER_ACCOUNT = 100;

/** An event can be stored so much later than its id says, in ms, and is new nevertheless. */
const LATE_MS = 3_000;

/** Which event a request waits for. */
export interface AwaitedEvent {
  readonly type?: string;
  readonly objectId?: string;
  /** The id of an event: only those after it count. */
  readonly after?: string;
  readonly waitMs: number;
}

/** Lets requests wait for the next event. */
@Injectable()
export class EventWaits implements OnModuleDestroy {
  private readonly places = new WaitingPlaces(MAX_WAITS, MAX_WAITS_PER_ACCOUNT);
  private readonly ends = new Set<() => void>();
  private isStopping = false;

  constructor(private readonly events: EventsService) {}

  /** Answers all waiting requests when the process stops. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const end of this.ends) end();
  }

  /**
   * Waits for the next event. With an object, or after an event, stored ones count as well; otherwise only new ones.
   * Returns null if none came in time. Throws TooManyOpenRequestsError.
   *
   * @param gone aborted when nobody waits for the answer any more
   */
  async next({ accountId, world }: Principal, awaited: AwaitedEvent, gone: AbortSignal): Promise<Event | null> {
    const { type, objectId, after, waitMs } = awaited;
    if (!this.places.take(accountId)) throw new TooManyOpenRequestsError(MAX_WAITS_PER_ACCOUNT);
    try {
      const filter = { ...(type && { type }), ...(objectId && { objectId }), ...(after && { after }) };
      if (objectId || after) return await this.untilFound(accountId, filter, waitMs, gone);
      const since = idAt('evt', new Date(world.now().getTime() - LATE_MS));
      const known = await this.events.idsSince(accountId, since);
      return await this.untilFound(accountId, { ...filter, after: since, except: known }, waitMs, gone);
    } finally {
      this.places.giveBack(accountId);
    }
  }

  private async untilFound(
    accountId: string,
    filter: EventFilter,
    waitMs: number,
    gone: AbortSignal,
  ): Promise<Event | null> {
    const until = Date.now() + waitMs;
    for (;;) {
      // Listens before it reads, so that no event falls in between.
      const change = this.nextChange(accountId, Math.min(Math.max(0, until - Date.now()), READ_EVERY_MS), gone);
      const found = await this.events.first(accountId, filter);
      if (found || Date.now() >= until || this.isStopping || gone.aborted) {
        change.cancel();
        return found;
      }
      await change.happened;
    }
  }

  private nextChange(accountId: string, waitMs: number, gone: AbortSignal) {
    let end: () => void = () => undefined;
    const happened = new Promise<void>((resolve) => {
      end = () => {
        clearTimeout(timer);
        stopListening();
        gone.removeEventListener('abort', end);
        this.ends.delete(end);
        resolve();
      };
      const timer = setTimeout(end, waitMs);
      const stopListening = this.events.onceStored(accountId, end);
      gone.addEventListener('abort', end);
      this.ends.add(end);
    });
    return { happened, cancel: end };
  }
}
