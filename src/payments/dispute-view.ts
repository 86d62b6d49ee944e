import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { EvidenceTexts } from './dispute-evidence.js';
import { warningIdOf } from './dispute-rules.js';
import type { Payment } from './payment.schema.js';
import type {
  DisputeReason,
  DisputeStage,
  DisputeState,
  DisputeStatus,
  HistoryItem,
  PaymentState,
} from './payment-state.js';
import { refundable } from './refund-rules.js';

/** A dispute as the API and events show it. */
export interface DisputeView {
  readonly id: string;
  readonly paymentId: string;
  readonly stage: DisputeStage;
  readonly status: DisputeStatus;
  readonly reason: DisputeReason;
  /** This and the fee are in major units of the currency. */
  readonly amount: number;
  readonly currency: string;
  readonly fee: number;
  readonly evidenceDueBy: Date;
  readonly createdAt: Date;
  /** Null in lists and events, as the history is. */
  readonly evidence: EvidenceTexts | null;
  readonly history: readonly DisputeHistoryItem[] | null;
}

/** One change of a dispute. */
export interface DisputeHistoryItem {
  readonly at: Date;
  readonly type: string;
  readonly status: DisputeStatus;
  readonly stage: DisputeStage;
  /** For a person; null where the type says it all. */
  readonly why: string | null;
  readonly eventId: string;
}

/** The bank of a customer warns that a payment may be fraud. Nothing else happens. */
export interface FraudWarningView {
  readonly id: string;
  readonly paymentId: string;
  /** In major units: what was captured. */
  readonly amount: number;
  readonly currency: string;
  readonly fraudType: 'made_with_stolen_card';
  /** Whether a refund could still prevent a dispute. */
  readonly actionable: boolean;
  readonly createdAt: Date;
}

/** What a view needs of a dispute: a copy in the list of disputes, or the dispute inside its payment. */
type ShownDispute = Omit<DisputeState, 'evidence' | 'dueAt'>;

export function disputeView(
  { _id: paymentId, currency }: Pick<Payment, '_id' | 'currency'>,
  { id, stage, status, reason, amount, fee, evidenceDueBy, createdAt }: ShownDispute,
): DisputeView {
  const major = (minor: number): number => Money.ofMinor(minor, currency).major;
  return {
    id: publicId(id),
    paymentId: publicId(paymentId),
    stage,
    status,
    reason,
    amount: major(amount),
    currency,
    fee: major(fee),
    evidenceDueBy,
    createdAt,
    evidence: null,
    history: null,
  };
}

/** The changes of a dispute, oldest first. */
export function disputeHistory({ history }: Pick<Payment, 'history'>, disputeId: string): DisputeHistoryItem[] {
  return history.flatMap(({ at, type, eventId, dispute }) =>
    dispute?.id === disputeId
      ? [{ at, type, status: dispute.status, stage: dispute.stage, why: dispute.why, eventId: publicId(eventId) }]
      : [],
  );
}

/** The dispute of an entry, as it was after it; null if the entry is about no dispute. */
export function disputeAt(
  { disputes = [] }: Pick<PaymentState, 'disputes'>,
  { dispute: step }: HistoryItem,
): ShownDispute | null {
  const dispute = disputes.find(({ id }) => id === step?.id);
  if (!dispute || !step) return null;
  const { stage, status, fee, evidenceDueBy } = step;
  return { ...dispute, stage, status, fee, evidenceDueBy };
}

/** @param payment as it was when the warning came */
export function warningView(payment: Payment, entry: HistoryItem): FraudWarningView {
  return {
    id: publicId(warningIdOf(entry)),
    paymentId: publicId(payment._id),
    amount: Money.ofMinor(entry.amount, payment.currency).major,
    currency: payment.currency,
    fraudType: 'made_with_stolen_card',
    actionable: refundable(payment) > 0,
    createdAt: entry.at,
  };
}
