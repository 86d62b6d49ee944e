import type { StoredEvidence } from '../../disputes/evidence.service.js';
import { entryIdOf } from '../../ledger/new-entry.js';
import type { EntryType } from '../../ledger/postings.js';
import { warningIdOf } from '../../payments/dispute-rules.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { DisputeReason, DisputeStep, HistoryItem } from '../../payments/payment-state.js';
import { refundable } from '../../payments/refund-rules.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { transactionView } from '../balance/transaction-view.js';
import { detailsOf } from '../charges/charge-facts.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { seconds } from '../wire/lists.js';
import { evidenceView } from './evidence-fields.js';

type Entry = HistoryItem & { readonly dispute: DisputeStep };

/**
 * A dispute as it is, or was after the first `until` entries of the history of its payment; null if it was not there.
 *
 * @param id as stored
 */
export function disputeView(payment: Payment, id: string, stored: StoredEvidence, until = payment.history.length) {
  const { _id, currency, paymentIntentId, disputes = [] } = payment;
  const dispute = disputes.find((each) => each.id === id);
  const past = payment.history.slice(0, until).filter((entry): entry is Entry => entry.dispute?.id === id);
  const step = past.at(-1)?.dispute;
  if (!dispute || !step) return null;
  const { revision } = dispute.evidence;
  const isSaved = revision !== null && past.some(({ eventId }) => eventId === revision);
  const evidence = isSaved ? stored : { texts: {}, others: {} };
  const submissions = submissionsOf(past);
  return {
    id: shownId(publicId(id)),
    object: 'dispute',
    amount: dispute.amount,
    balance_transactions: past.flatMap((entry) => transactionOf(payment, entry) ?? []),
    charge: shownId(publicId(_id)),
    created: seconds(dispute.createdAt),
    currency: currency.toLowerCase(),
    enhanced_eligibility_types: [],
    evidence: evidenceView(evidence),
    evidence_details: {
      due_by: seconds(step.evidenceDueBy),
      enhanced_eligibility: {},
      has_evidence: Object.keys(evidence.texts).length + Object.keys(evidence.others).length > 0,
      past_due: step.status === 'expired',
      submission_count: submissions,
      submission_method: submissions > 0 ? 'manual' : 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: refundable(payment) > 0,
    livemode: false,
    metadata: detailsOf(payment).disputes?.[publicId(id)] ?? {},
    network_reason_code: REASON_CODES[dispute.reason],
    payment_intent: paymentIntentId === undefined ? null : publicId(paymentIntentId),
    payment_method_details: methodView(payment, dispute.reason, step),
    reason: dispute.reason,
    status: statusOf(step),
  };
}

/** The status in the terms of the dialect: an inquiry has statuses of its own. */
export function statusOf({ stage, status }: Pick<DisputeStep, 'stage' | 'status'>): string {
  const isOpen = status === 'needs_response' || status === 'under_review';
  if (stage === 'inquiry') return isOpen ? `warning_${status}` : 'warning_closed';
  return isOpen || status === 'won' ? status : 'lost';
}

/** Codes of the card networks for what customers claim. */
const REASON_CODES: Readonly<Record<DisputeReason, string>> = {
  fraudulent: '10.4',
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  duplicate: '12.6.1',
  credit_not_processed: '13.6',
  subscription_canceled: '13.2',
  unrecognized: '10.4',
  general: '13.1',
};

function methodView(payment: Payment, reason: DisputeReason, { stage }: DisputeStep) {
  const brand = detailsOf(payment).method?.brand ?? 'visa';
  return {
    card: {
      brand,
      case_type: stage === 'inquiry' ? 'inquiry' : 'chargeback',
      network: brand,
      network_reason_code: REASON_CODES[reason],
    },
    type: 'card',
  };
}

/** How often evidence was handed in: each time it came under review. */
function submissionsOf(past: readonly Entry[]): number {
  return past.filter(({ dispute: { status } }) => status === 'under_review').length;
}

const POSTED: Readonly<Partial<Record<HistoryItem['type'], EntryType>>> = {
  'dispute.funds_withdrawn': 'dispute',
  'dispute.funds_reinstated': 'dispute_reversal',
};

function transactionOf({ currency }: Payment, { type, eventId, at, amount, dispute }: Entry) {
  const posted = POSTED[type];
  if (posted === undefined) return null;
  return transactionView({
    entryId: entryIdOf(eventId),
    posted: { type: posted, amount: BigInt(amount), fee: BigInt(dispute.fee), atOnce: true },
    currency,
    createdAt: at,
    availableOn: at,
    isPending: false,
    source: dispute.id,
  });
}

/** The warning of an entry; `actionable` says whether a refund could still prevent a dispute. */
export function warningView(payment: Payment, entry: HistoryItem) {
  const { _id, paymentIntentId } = payment;
  return {
    id: publicId(warningIdOf(entry)),
    object: 'radar.early_fraud_warning',
    actionable: refundable(payment) > 0,
    charge: shownId(publicId(_id)),
    created: seconds(entry.at),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    ...(paymentIntentId !== undefined && { payment_intent: publicId(paymentIntentId) }),
  };
}
