import { Money } from '../platform/common/money.js';
import { settlementIdOf } from '../ledger/settlement-id.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { bankAccountOf, type PayoutFailure } from '../simulation/bank-accounts.js';
import type { Payout } from './payout.schema.js';
import type { PayoutEventType, PayoutStatus } from './payout-state.js';

/** A payout as the API and events show it. */
export interface PayoutView {
  readonly id: string;
  readonly status: PayoutStatus;
  /** In major units of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly bankAccount: string;
  readonly arrivalDate: Date;
  readonly failure: PayoutFailure | null;
  readonly automatic: boolean;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Its settlement report. */
  readonly settlementId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function payoutView(payout: Payout): PayoutView {
  const { _id, status, amount, currency, bankAccount, arrivalDate, automatic, description, metadata } = payout;
  return {
    id: publicId(_id),
    status: status === 'requested' || status === 'refused' ? 'pending' : status,
    amount: Money.ofMinor(amount, currency).major,
    currency,
    bankAccount,
    arrivalDate,
    failure: status === 'failed' ? (bankAccountOf(bankAccount)?.failure ?? null) : null,
    automatic,
    description,
    metadata,
    settlementId: settlementIdOf(publicId(_id)),
    createdAt: payout.createdAt,
    updatedAt: payout.updatedAt,
  };
}

const STATUS_AFTER: Readonly<Record<PayoutEventType, PayoutStatus>> = {
  'payout.created': 'pending',
  'payout.paid': 'paid',
  'payout.failed': 'failed',
  'payout.canceled': 'canceled',
};

/** The payout as it was after one of its events. */
export function payoutAt(payout: Payout, { type, at }: Payout['history'][number]): Payout {
  return Object.assign({}, payout, { status: STATUS_AFTER[type], updatedAt: at });
}

export function payoutViewAt(payout: Payout, item: Payout['history'][number]): PayoutView {
  return payoutView(payoutAt(payout, item));
}
