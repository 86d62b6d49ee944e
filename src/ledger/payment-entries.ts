import { availableOn } from '../payments/available-on.js';
import { captureFee } from '../payments/fees.js';
import type { HistoryItem, PaymentState } from '../payments/payment-state.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { entryIdOf, type NewEntry } from './new-entry.js';
import type { EntryType } from './postings.js';

/** What the ledger reads of a payment. */
export type PostedPayment = PaymentState & { readonly _id: string; readonly history: readonly HistoryItem[] };

/** For payments that were captured before there was a ledger. */
export interface FormerTerms {
  readonly fees: string;
  readonly settlementDelayDays: number;
}

const TYPES: Readonly<Partial<Record<HistoryItem['type'], EntryType>>> = {
  'payment.completed': 'payment',
  'refund.created': 'refund',
  'refund.failed': 'refund_failed',
  'refund.canceled': 'refund_failed',
  'dispute.funds_withdrawn': 'dispute',
  'dispute.funds_reinstated': 'dispute_reversal',
  'dispute.closed': 'dispute_lost',
};

/** The entries of a payment's history from `firstEntry` on. */
export function entriesOfPayment(payment: PostedPayment, firstEntry: number, former: FormerTerms): NewEntry[] {
  return payment.history.slice(firstEntry).flatMap((item) => entryOf(payment, item, former) ?? []);
}

function entryOf(payment: PostedPayment, item: HistoryItem, former: FormerTerms): NewEntry | null {
  const { at, eventId, amount, refundId, dispute } = item;
  const type = TYPES[item.type];
  if (type === undefined || amount === 0 || (type === 'dispute_lost' && !losesMoney(item))) return null;
  const source = refundId ?? dispute?.id ?? payment._id;
  const available = type === 'payment' ? fundsAvailableOn(payment, at, former) : at;
  return {
    id: entryIdOf(eventId),
    type,
    amount: BigInt(amount),
    fee: BigInt(type === 'payment' ? feeOf(payment, amount, former) : (dispute?.fee ?? 0)),
    atOnce: available <= at,
    createdAt: at,
    currency: payment.currency,
    source,
    sources: (source === payment._id ? [source] : [source, payment._id]).map(publicId),
    eventId,
    availableOn: available,
  };
}

/** An inquiry that ends has moved nothing, and a dispute that was won returns what it took. */
function losesMoney({ dispute }: HistoryItem): boolean {
  return dispute !== undefined && dispute.stage !== 'inquiry' && dispute.status !== 'won';
}

function feeOf({ fee, currency }: PostedPayment, amount: number, { fees }: FormerTerms): number {
  return fee ?? captureFee(amount, currency, fees);
}

function fundsAvailableOn({ availableOn: known }: PostedPayment, at: Date, { settlementDelayDays }: FormerTerms): Date {
  return known ?? availableOn(at, settlementDelayDays);
}
