import { idIn } from '../platform/worlds/world-ids.js';
import type { EventFilter, NewEvent } from './events.service.js';

/** What tells of events that this process stores. */
export interface StoredEvents {
  /** Calls `listener` with each event of an account that is stored from now on. @returns what stops that */
  onStored(accountId: string, listener: (event: NewEvent) => void): () => void;
}

/** Sees the first event that matches, of those that this process stores from now on. */
export class EventWatch {
  /** Null if there was none yet. */
  seen: NewEvent | null = null;
  /** Whether there is nothing to wait for any more: nobody waits for the answer, or the process stops. */
  isOver = false;
  private end: () => void = () => undefined;
  private readonly stopListening: () => void;
  private readonly onGone = (): void => {
    this.stop();
  };

  constructor(
    events: StoredEvents,
    accountId: string,
    filter: EventFilter,
    private readonly gone: AbortSignal,
  ) {
    this.stopListening = events.onStored(accountId, (event) => {
      if (this.seen || !matchesFilter(event, filter)) return;
      this.seen = event;
      this.end();
    });
    if (gone.aborted) this.isOver = true;
    gone.addEventListener('abort', this.onGone);
  }

  /** Resolves when an event was seen, when it is over, or after a time. */
  async wait(ms: number): Promise<void> {
    if (this.seen || this.isOver) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  stop(): void {
    this.isOver = true;
    this.gone.removeEventListener('abort', this.onGone);
    this.stopListening();
    this.end();
  }
}

function matchesFilter({ _id, accountId, type, objectIds }: NewEvent, filter: EventFilter): boolean {
  return (
    (filter.type === undefined || filter.type === type) &&
    (filter.objectId === undefined || objectIds.includes(filter.objectId)) &&
    (filter.after === undefined || _id > idIn(accountId, filter.after))
  );
}
