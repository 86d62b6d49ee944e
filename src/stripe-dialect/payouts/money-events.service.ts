import { Injectable } from '@nestjs/common';
import { WorldsService } from '../../accounts/worlds.service.js';
import { EventsService, type NewEvent } from '../../events/events.service.js';
import type { BalanceView, SumView } from '../../ledger/balance-view.js';
import { LedgerPostings } from '../../ledger/ledger-postings.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { HistoryItem } from '../../payments/payment-state.js';
import type { Payout } from '../../payouts/payout.schema.js';
import { PayoutStore } from '../../payouts/payout-store.service.js';
import { payoutAt } from '../../payouts/payout-view.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { balanceView, sumView } from '../balance/balance-view.js';
import type { ToldDialectEvent } from '../events/dialect-event.schema.js';
import { DialectEvents } from '../events/dialect-events.service.js';
import { dialectEventId } from '../events/event-id.js';
import { EventProjection } from '../events/event-projection.service.js';
import type { ToldEvent } from '../events/payment-events.js';
import { previousAttributes } from '../events/previous-attributes.js';
import type { Shown } from '../wire/expand.js';
import { type PayoutDetails, payoutView } from './payout-view.js';

/**
 * Tells of payouts, and of funds that become available. Both are rare, and no part of a payment, so whether their
 * account uses the dialect is looked up then: payments of other accounts pay nothing.
 */
@Injectable()
export class MoneyEvents {
  constructor(
    private readonly told: DialectEvents,
    private readonly worlds: WorldsService,
    private readonly postings: LedgerPostings,
    store: PayoutStore,
    events: EventsService,
    projection: EventProjection,
  ) {
    projection.tellOf((payment, entry) => this.tellAtOnce(payment, entry));
    store.subscribe((payout) => this.tellPayout(payout));
    events.subscribe(async (published) => {
      const released = published.map(({ event }) => event).filter(({ type }) => type === 'balance.available');
      if (released.length > 0) await this.tellReleased(released);
    });
  }

  private async tellPayout(payout: Payout): Promise<void> {
    const { accountId, dialect } = payout;
    if (dialect === undefined && !(await this.usesDialect([accountId])).has(accountId)) return;
    const { amendments = [] } = payout;
    const { idempotencyKey = null }: PayoutDetails = dialect ?? {};
    await this.told.publish([
      ...payout.history.map((item) => ({
        ...eventOf(Object.assign({ accountId }, item), payoutView(payoutAt(payout, item))),
        ...(item.type === 'payout.created' && { idempotencyKey }),
      })),
      ...amendments.map(({ before, after, ...item }) => {
        const [old, current] = [before, after].map((metadata) => payoutView(Object.assign({}, payout, { metadata })));
        const previous = previousAttributes(old ?? {}, current ?? {});
        return eventOf({ ...item, accountId, type: 'payout.updated' }, current ?? {}, previous);
      }),
    ]);
  }

  private async tellReleased(released: readonly NewEvent[]): Promise<void> {
    const using = await this.usesDialect(released.map(({ accountId }) => accountId));
    await this.told.publish(
      released
        .filter(({ accountId }) => using.has(accountId))
        .map(({ _id, accountId, type, createdAt, data }) =>
          eventOf({ eventId: _id, accountId, type, at: createdAt, requestId: null }, toldBalance(data as BalanceView)),
        ),
    );
  }

  /** Funds of a test card that are never pending. */
  private async tellAtOnce(
    { accountId, availableOn, currency }: Payment,
    { type, at }: HistoryItem,
  ): Promise<readonly ToldEvent[]> {
    if (type !== 'payment.completed' || availableOn === undefined || availableOn > at) return [];
    const balances = await this.postings.balancesOf(accountId);
    return [{ type: 'balance.available', object: balanceView(balances.filter((each) => each.currency === currency)) }];
  }

  private usesDialect(accountIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.worlds.usingDialect(accountIds);
  }
}

interface Cause {
  readonly eventId: string;
  readonly accountId: string;
  readonly type: string;
  readonly at: Date;
  readonly requestId: string | null;
}

function eventOf(
  { eventId, accountId, type, at, requestId }: Cause,
  object: Shown,
  previous: Shown | null = null,
): ToldDialectEvent {
  return {
    _id: dialectEventId(eventId, 0),
    accountId,
    type,
    createdAt: at,
    object,
    previous,
    requestId: requestId === null ? null : publicId(requestId),
    idempotencyKey: null,
  };
}

/** The balance as it was then, in the currency whose funds became available. */
function toldBalance({ available, pending }: BalanceView): Shown {
  const shown = ({ amountText, currency }: SumView) => sumView(BigInt(amountText.replace('.', '')), currency);
  return { object: 'balance', available: available.map(shown), livemode: false, pending: pending.map(shown) };
}
