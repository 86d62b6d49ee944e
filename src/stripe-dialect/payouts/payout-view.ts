import { entryIdOf, transactionIdOf } from '../../ledger/new-entry.js';
import type { Payout } from '../../payouts/payout.schema.js';
import type { PayoutEventType } from '../../payouts/payout-state.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { bankAccountOf, ROUTING_NUMBER } from '../../simulation/bank-accounts.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { seconds } from '../wire/lists.js';

/** What the dialect keeps in a payout; nothing if our own API or the schedule made it. */
export interface PayoutDetails {
  readonly method?: string;
  readonly sourceType?: string;
  readonly statementDescriptor?: string | null;
  /** Of the request that made it; null if it had none. */
  readonly idempotencyKey?: string | null;
}

export function payoutView(payout: Payout) {
  const { _id, status, amount, currency, bankAccount, automatic } = payout;
  const details: PayoutDetails = payout.dialect ?? {};
  const failure = status === 'failed' ? (bankAccountOf(bankAccount)?.failure ?? null) : null;
  return {
    id: publicId(_id),
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: seconds(payout.arrivalDate),
    automatic,
    balance_transaction: transactionOf(payout, ['payout.created']),
    created: seconds(payout.createdAt),
    currency: currency.toLowerCase(),
    description: payout.description,
    destination: bankAccount,
    failure_balance_transaction:
      status === 'failed' || status === 'canceled' ? transactionOf(payout, ['payout.failed', 'payout.canceled']) : null,
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    livemode: false,
    metadata: payout.metadata,
    method: details.method ?? 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'completed' : 'not_applicable',
    reversed_by: null,
    source_type: details.sourceType ?? 'card',
    statement_descriptor: details.statementDescriptor ?? null,
    status: status === 'requested' || status === 'refused' ? 'pending' : status,
    trace_id: null,
    type: 'bank_account',
  };
}

function transactionOf({ history }: Payout, types: readonly PayoutEventType[]): string | null {
  const item = history.find(({ type }) => types.includes(type));
  return item ? shownId(transactionIdOf(publicId(entryIdOf(item.eventId)))) : null;
}

/** A bank account of the test values, for payouts that show it whole. */
export function bankAccountView(token: string) {
  const account = bankAccountOf(token);
  if (!account) return null;
  return {
    id: token,
    object: 'bank_account',
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    bank_name: 'TEST BANK',
    country: 'US',
    currency: 'usd',
    fingerprint: token.slice('ba_'.length),
    last4: account.accountNumber.slice(-4),
    routing_number: ROUTING_NUMBER,
    status: account.failure === null ? 'verified' : 'errored',
  };
}
