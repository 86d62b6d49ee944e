import { entryIdOf, type NewEntry } from '../ledger/new-entry.js';
import type { EntryType } from '../ledger/postings.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { PayoutEventType, PayoutHistoryItem } from './payout-state.js';

const TYPES: Readonly<Record<PayoutEventType, EntryType>> = {
  'payout.created': 'payout',
  'payout.paid': 'payout_paid',
  'payout.failed': 'payout_failed',
  'payout.canceled': 'payout_canceled',
};

/** The ledger entry of one of a payout's events. */
export function entryOfPayout(
  { _id, amount, currency }: { readonly _id: string; readonly amount: number; readonly currency: string },
  { eventId, type, at }: PayoutHistoryItem,
): NewEntry {
  return {
    id: entryIdOf(eventId),
    type: TYPES[type],
    amount: BigInt(amount),
    fee: 0n,
    atOnce: true,
    createdAt: at,
    currency,
    source: _id,
    sources: [publicId(_id)],
    eventId,
    availableOn: at,
  };
}
