import { entryIdOf, transactionIdOf } from '../../ledger/new-entry.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { RefundState } from '../../payments/payment-state.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { detailsOf } from '../charges/charge-facts.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { seconds } from '../wire/lists.js';

const STATUSES = { pending: 'pending', completed: 'succeeded', failed: 'failed', canceled: 'canceled' } as const;
const REASONS: ReadonlySet<string> = new Set(['duplicate', 'fraudulent', 'requested_by_customer']);

export function refundView(payment: Payment, refund: RefundState) {
  const { _id, currency, paymentIntentId } = payment;
  const { id, amount, status, reason, metadata, createdAt } = refund;
  const failed = status === 'failed';
  return {
    id: shownId(publicId(id)),
    object: 'refund',
    amount,
    balance_transaction: transactionOf(payment, id, 'refund.created'),
    charge: shownId(publicId(_id)),
    created: seconds(createdAt),
    currency: currency.toLowerCase(),
    customer: payment.customerId === undefined ? null : publicId(payment.customerId),
    customer_account: null,
    destination_details: {
      card: {
        reference: publicId(id).slice(-8),
        reference_status: status === 'pending' ? 'pending' : 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    ...(failed && {
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: transactionOf(payment, id, 'refund.failed'),
    }),
    metadata: detailsOf(payment).refunds?.[publicId(id)] ?? metadata,
    payment_intent: paymentIntentId === undefined ? null : publicId(paymentIntentId),
    payment_method: null,
    ...(status === 'pending' && { pending_reason: 'processing' }),
    reason: reason !== null && REASONS.has(reason) ? reason : null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: STATUSES[status],
    transfer_reversal: null,
  };
}

function transactionOf({ history }: Payment, refundId: string, type: string): string | null {
  const entry = history.find((each) => each.type === type && each.refundId === refundId);
  return entry ? shownId(transactionIdOf(publicId(entryIdOf(entry.eventId)))) : null;
}
