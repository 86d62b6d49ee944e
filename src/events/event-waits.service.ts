import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { TooManyOpenRequestsError } from '../platform/errors/too-many-open-requests.error.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import { EventWatch } from './event-watch.js';
import { type EventFilter, EventsService, type NewEvent } from './events.service.js';

/** How often the events are read, in ms, in case another process stored one. */
const READ_EVERY_MS = 500;

/** How many requests may wait at once, in all and for one account. */
const MAX_WAITS = 5_000;
export const MAX_WAITS_PER_ACCOUNT = 100;

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
  private readonly watches = new Set<EventWatch>();

  constructor(private readonly events: EventsService) {}

  /** Answers all waiting requests when the process stops. */
  onModuleDestroy(): void {
    for (const watch of this.watches) watch.stop();
  }

  /**
   * Waits for the next event. With an object, or after an event, stored ones count as well; otherwise only new ones.
   * Returns null if none came in time. Throws TooManyOpenRequestsError.
   *
   * @param gone aborted when nobody waits for the answer any more
   */
  async next({ accountId }: Principal, awaited: AwaitedEvent, gone: AbortSignal): Promise<NewEvent | null> {
    const { type, objectId, after, waitMs } = awaited;
    if (!this.places.take(accountId))
      throw new TooManyOpenRequestsError(
        `At most ${MAX_WAITS_PER_ACCOUNT} requests of a user, and ${MAX_WAITS} of all users, can wait for events at once.`,
      );
    const filter = { ...(type && { type }), ...(objectId && { objectId }), ...(after && { after }) };
    // Watches before it reads, so that no event falls in between.
    const watch = new EventWatch(this.events, accountId, filter, gone);
    this.watches.add(watch);
    try {
      const isForNew = objectId === undefined && after === undefined;
      const latest = isForNew ? await this.events.latestId(accountId) : null;
      return await this.untilFound(accountId, { ...filter, ...(latest && { after: latest }) }, waitMs, watch);
    } finally {
      this.watches.delete(watch);
      watch.stop();
      this.places.giveBack(accountId);
    }
  }

  private async untilFound(
    accountId: string,
    filter: EventFilter,
    waitMs: number,
    watch: EventWatch,
  ): Promise<NewEvent | null> {
    const until = Date.now() + waitMs;
    for (;;) {
      const found = watch.seen ?? (await this.events.first(accountId, filter));
      const left = until - Date.now();
      if (found || left <= 0 || watch.isOver) return found;
      await watch.wait(Math.min(left, READ_EVERY_MS));
    }
  }
}
