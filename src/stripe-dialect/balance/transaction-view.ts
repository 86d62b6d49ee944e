import { postedOf } from '../../ledger/entry-document.js';
import type { LedgerEntry } from '../../ledger/ledger-entry.schema.js';
import { transactionIdOf } from '../../ledger/new-entry.js';
import { type EntryType, type Posted, transactionOf } from '../../ledger/postings.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { seconds } from '../wire/lists.js';

/** What a transaction of the balance shows, wherever it was read. Ids as stored. */
export interface ShownTransaction {
  readonly entryId: string;
  readonly posted: Posted;
  readonly currency: string;
  readonly createdAt: Date;
  readonly availableOn: Date;
  readonly isPending: boolean;
  readonly source: string | null;
}

interface Kind {
  readonly type: string;
  readonly category: string;
}

const KINDS: Readonly<Partial<Record<EntryType, Kind>>> = {
  payment: { type: 'charge', category: 'charge' },
  refund: { type: 'refund', category: 'refund' },
  refund_failed: { type: 'refund_failure', category: 'refund_failure' },
  dispute: { type: 'adjustment', category: 'dispute' },
  dispute_reversal: { type: 'adjustment', category: 'dispute_reversal' },
  payout: { type: 'payout', category: 'payout' },
  payout_failed: { type: 'payout_failure', category: 'payout_reversal' },
  payout_canceled: { type: 'payout_cancel', category: 'payout_reversal' },
};

/** The types of entries that have this type in the dialect. */
export function entryTypesOf(type: string): EntryType[] {
  return (Object.keys(KINDS) as EntryType[]).filter((each) => KINDS[each]?.type === type);
}

const DESCRIPTIONS: Readonly<Partial<Record<EntryType, string>>> = {
  dispute: 'Withdrawal of a disputed charge',
  dispute_reversal: 'Return of a disputed charge',
  payout: 'Payout',
  payout_failed: 'Payout failure',
  payout_canceled: 'Payout cancellation',
};

/** Null for entries that are no transaction of the balance. */
export function transactionView(shown: ShownTransaction) {
  const { entryId, posted, currency, createdAt, availableOn, isPending, source } = shown;
  const transaction = transactionOf(posted);
  const kind = KINDS[posted.type];
  if (!transaction || !kind) return null;
  const fee = Number(transaction.fee);
  return {
    id: shownId(transactionIdOf(publicId(entryId))),
    object: 'balance_transaction',
    amount: Number(transaction.amount),
    available_on: seconds(availableOn),
    balance_type: 'payments',
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    description: DESCRIPTIONS[posted.type] ?? null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeView(fee, currency, posted.type)],
    net: Number(transaction.net),
    reporting_category: kind.category,
    source: source === null ? null : shownId(publicId(source)),
    status: isPending ? 'pending' : 'available',
    type: kind.type,
  };
}

function feeView(amount: number, currency: string, type: EntryType) {
  const description = type === 'payment' ? 'Processing fee' : 'Dispute fee';
  return { amount, application: null, currency: currency.toLowerCase(), description, type: 'stripe_fee' };
}

/** The same of an entry of the ledger. */
export function entryView(entry: LedgerEntry) {
  const { _id, currency, createdAt, availableOn, availableAt, source } = entry;
  return transactionView({
    entryId: _id,
    posted: postedOf(entry),
    currency,
    createdAt,
    availableOn,
    isPending: availableAt === undefined,
    source,
  });
}
