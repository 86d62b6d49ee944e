import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { EventsService } from '../events/events.service.js';
import { type Reader, LedgerService } from '../ledger/ledger.service.js';
import type { RequestContext } from '../payments/request-context.js';
import type { Money } from '../platform/common/money.js';
import { followingId } from '../platform/worlds/world-ids.js';
import { arrivalOf, decideCancellation } from './payout-rules.js';
import type { Payout } from './payout.schema.js';
import { PayoutStore } from './payout-store.service.js';
import { payoutView } from './payout-view.js';

/** A requested payout. */
export interface PayoutRequest {
  readonly amount: Money;
  /** A token. */
  readonly bankAccount: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** What an adapter shows besides. */
  readonly dialect?: Readonly<Record<string, unknown>>;
}

/** What merchants do with payouts. */
@Injectable()
export class PayoutsService {
  constructor(
    private readonly store: PayoutStore,
    private readonly ledger: LedgerService,
    private readonly events: EventsService,
  ) {}

  /** Pays a part of the available balance out. Throws InsufficientBalanceError, EventTooLargeError. */
  async create(
    { accountId, world, requestId, eventId }: RequestContext,
    id: string,
    request: PayoutRequest,
  ): Promise<Payout> {
    const payout = newPayout({ accountId, world }, id, { ...request, automatic: false }, { requestId, eventId });
    this.events.assertDeliverable(payoutView(payout));
    // Decided against all that was answered before.
    await this.ledger.balances({ accountId, world });
    return this.store.make(payout);
  }

  /** Changes the metadata. Throws PayoutNotFoundError, EventTooLargeError, and what `change` throws. */
  async describe(
    { accountId, world, requestId, eventId }: RequestContext,
    id: string,
    change: (metadata: Payout['metadata']) => Payout['metadata'],
  ): Promise<Payout> {
    for (;;) {
      const payout = await this.store.get(accountId, id);
      const { metadata: before } = payout;
      const after = change(before);
      if (isDeepStrictEqual(before, after)) return payout;
      this.events.assertDeliverable(payoutView(Object.assign({}, payout, { metadata: after })));
      const changed = await this.store.amend(payout, { eventId, at: world.now(), requestId, before, after });
      if (changed) return changed;
    }
  }

  /** While it is pending. Throws PayoutNotFoundError, PayoutNotPendingError. */
  async cancel({ accountId, world, requestId, eventId }: RequestContext, id: string): Promise<Payout> {
    for (;;) {
      const payout = await this.store.get(accountId, id);
      // The same request ran before but its answer was lost: the change is already made.
      if (payout.history.some((item) => item.eventId === eventId)) return payout;
      const change = decideCancellation(payout, id);
      const changed = await this.store.change(payout, change, { eventId, at: world.now(), requestId });
      if (changed) return changed;
    }
  }
}

/** A payout as it is first stored: nobody has taken anything from the balance yet. */
export function newPayout(
  { accountId, world }: Reader,
  id: string,
  request: PayoutRequest & { readonly automatic: boolean },
  { requestId, eventId }: { readonly requestId: string | null; readonly eventId: string },
): Payout {
  const { amount, bankAccount, description, metadata, automatic, dialect } = request;
  const now = world.now();
  return {
    _id: id,
    accountId,
    status: 'requested',
    amount: amount.minor,
    currency: amount.currency,
    bankAccount,
    description,
    metadata,
    ...(dialect && { dialect }),
    automatic,
    createdAt: now,
    updatedAt: now,
    arrivalDate: arrivalOf(now),
    history: [{ eventId, type: 'payout.created', at: now, requestId }],
    version: 1,
    ...(world.clockId !== null && { clockId: world.clockId }),
  };
}

/** The id of an event that no request makes. */
export function dueEventId({ _id, history }: Payout, at: Date): string {
  return followingId('evt', history.at(-1)?.eventId ?? _id, at, 'payout');
}
