import { Injectable } from '@nestjs/common';
import { PaymentRelay } from '../../payments/payment-relay.worker.js';
import type { Call } from '../wire/call.js';
import type { Shown } from '../wire/expand.js';
import { created, createdWithin, LIST, listOf as list, pageOf } from '../wire/lists.js';
import { notThere } from '../wire/lookups.js';
import { flag, listOf, type ParamsOf, text } from '../wire/params.js';
import type { ToldDialectEvent } from './dialect-event.schema.js';
import { DialectEvents } from './dialect-events.service.js';
import { eventView } from './event-view.js';

export const LIST_EVENTS = {
  ...LIST,
  created,
  delivery_success: flag,
  type: text(100),
  types: listOf(text(100), 20),
} as const;

/** The operations of events. All throw DialectErrors. */
@Injectable()
export class ShownEvents {
  constructor(
    private readonly events: DialectEvents,
    private readonly relay: PaymentRelay,
  ) {}

  async list(call: Call, { created: bounds, type, types, ...asked }: ParamsOf<typeof LIST_EVENTS>): Promise<Shown> {
    const filter = {
      ...createdWithin(bounds),
      ...(type !== undefined && (type.endsWith('.*') || type === '*' ? groupOf(type) : { type })),
      ...(types && { type: { $in: [...types] } }),
    };
    const shown = this.tellsLater(call) ? { $and: [filter, { createdAt: { $lte: call.world.now() } }] } : filter;
    // Also those of what was answered just now.
    await this.relay.catchUp(call.accountId);
    const { data, hasMore } = await this.events.list(call.accountId, shown, pageOf(asked));
    return { ...list(call, { data: await this.shown(call, data), hasMore }) };
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    const event = await this.events.find(call.accountId, id);
    const isTold = event && (!this.tellsLater(call) || event.createdAt <= call.world.now());
    if (!isTold) throw notThere('event', id, 'path');
    const [shown] = await this.shown(call, [event]);
    return shown ?? {};
  }

  /** Whether there can be events that are told later. */
  private tellsLater({ world }: Call): boolean {
    return world.settings.balanceTransactionDelayMs > 0;
  }

  /** An account has the version that it asks for, and so have its events: some SDKs decode no others. */
  private async shown({ accountId, version: apiVersion }: Call, events: readonly ToldDialectEvent[]): Promise<Shown[]> {
    const pending = await this.events.pending(accountId, events);
    return events.map((event) => eventView(event, { apiVersion, pending: pending.get(event._id) ?? 0 }));
  }
}

/** All types that begin as a pattern does: `charge.*`. */
function groupOf(pattern: string): { type?: { $gte: string; $lt: string } } {
  const begin = pattern.slice(0, -1);
  return begin === '' ? {} : { type: { $gte: begin, $lt: `${begin}\uFFFF` } };
}
