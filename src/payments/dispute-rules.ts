import { timeOf } from '../platform/common/ids.js';
import { Money } from '../platform/common/money.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { verdictOf } from './dispute-evidence.js';
import {
  DisputeNotFoundError,
  DisputeNotOpenError,
  TooManyDisputesError,
  TooManyEvidenceChangesError,
} from './dispute-errors.js';
import { isOpen } from './disputed-amount.js';
import { disputeFee } from './fees.js';
import { AmountTooLargeError, IllegalTransitionError } from './payment-errors.js';
import { allowedActions, type DisputeEventType } from './payment-lifecycle.js';
import type {
  Change,
  ChangeContext,
  DisputeReason,
  DisputeStage,
  DisputeState,
  EvidenceState,
  HistoryItem,
  PaymentState,
  Terms,
} from './payment-state.js';
import { dueAtOf } from './payment-dues.js';
import { refundable } from './refund-rules.js';

export const MAX_DISPUTES = 10;
/** Each change is an entry in the history of the payment. */
export const MAX_EVIDENCE_CHANGES = 50;
export const RESPONSE_MS = 7 * 86_400_000;

/** A dispute that a customer opens. */
export interface NewDispute {
  /** In minor units; null disputes all that can be disputed. */
  readonly amount: number | null;
  readonly reason: DisputeReason;
  readonly stage: 'inquiry' | 'chargeback';
}

const NO_EVIDENCE: EvidenceState = { revision: null, changes: 0, fields: [], magic: null };

/** The id of what an event tells of first: the same digits, so it is decided when the event's id is. */
function idOf(prefix: 'dsp' | 'fw', eventId: string): string {
  return eventId.replace(/^[a-z]+/, prefix);
}

/** The id of the warning that an entry tells of. */
export function warningIdOf({ eventId }: Pick<HistoryItem, 'eventId'>): string {
  return idOf('fw', eventId);
}

/** The disputes of a payment and the entries of one change of them, as they grow. */
class DisputeChange {
  private readonly entries: HistoryItem[] = [];
  private disputes: readonly DisputeState[];
  private upcomingId: string | null = null;

  constructor(
    private readonly payment: PaymentState,
    private readonly context: ChangeContext,
  ) {
    this.disputes = payment.disputes ?? [];
  }

  /** All that the payment holds beyond refunds and disputes, in minor units. */
  get left(): number {
    return refundable({ ...this.payment, disputes: this.disputes });
  }

  /** How many disputes the payment can still have. */
  get places(): number {
    return MAX_DISPUTES - this.disputes.length;
  }

  open(amount: number, reason: DisputeReason, stage: 'inquiry' | 'chargeback'): void {
    const id = idOf('dsp', this.nextEventId());
    const evidenceDueBy = this.deadline();
    const dispute: DisputeState = {
      id,
      amount,
      reason,
      stage,
      status: 'needs_response',
      fee: stage === 'inquiry' ? 0 : disputeFee(this.payment.currency),
      // The time of its id, so that the ids of a time are a range.
      createdAt: timeOf(id),
      evidenceDueBy,
      evidence: NO_EVIDENCE,
      dueAt: evidenceDueBy,
    };
    this.tell('dispute.created', dispute);
    if (stage === 'chargeback') this.tell('dispute.funds_withdrawn', dispute);
  }

  warn(): void {
    this.add('fraud_warning.created', this.payment.amountCaptured);
  }

  close(dispute: DisputeState, status: 'won' | 'lost' | 'accepted' | 'expired', why: string): void {
    const closed = { ...dispute, status, dueAt: null };
    this.tell('dispute.closed', closed, why);
    if (status === 'won' && dispute.stage !== 'inquiry') this.tell('dispute.funds_reinstated', closed);
  }

  /** To the next stage: money is withdrawn once, when an inquiry becomes a chargeback. */
  escalate(dispute: DisputeState, why: string): void {
    const isInquiry = dispute.stage === 'inquiry';
    const stage: DisputeStage = isInquiry ? 'chargeback' : 'pre_arbitration';
    const fee = isInquiry ? disputeFee(this.payment.currency) : dispute.fee;
    const evidenceDueBy = this.deadline();
    const escalated = {
      ...dispute,
      stage,
      status: 'needs_response' as const,
      fee,
      evidenceDueBy,
      dueAt: evidenceDueBy,
    };
    this.tell('dispute.updated', escalated, why);
    if (isInquiry) this.tell('dispute.funds_withdrawn', escalated);
  }

  /** Adds an entry that tells of the dispute as it is now. */
  tell(type: DisputeEventType, dispute: DisputeState, why: string | null = null): void {
    const isKnown = this.disputes.some(({ id }) => id === dispute.id);
    this.disputes = isKnown
      ? this.disputes.map((each) => (each.id === dispute.id ? dispute : each))
      : [...this.disputes, dispute];
    const { id, stage, status, fee, evidenceDueBy } = dispute;
    this.add(type, dispute.amount, { dispute: { id, stage, status, fee, evidenceDueBy, why } });
  }

  made(facts: Pick<PaymentState, 'disputesDueAt'> = {}): Change {
    const { payment, disputes, entries } = this;
    const set = { ...((disputes.length > 0 || payment.disputes) && { disputes }), ...facts };
    return { set: { ...set, status: payment.status, dueAt: dueAtOf({ ...payment, ...set }) }, entries };
  }

  private add(type: DisputeEventType, amount: number, more: Pick<HistoryItem, 'dispute'> = {}): void {
    const { at, cause } = this.context;
    const { status } = this.payment;
    this.entries.push({
      eventId: this.nextEventId(),
      type,
      at,
      from: status,
      to: status,
      amount,
      cause,
      refundId: null,
      ...more,
    });
    this.upcomingId = null;
  }

  /** The id that the next entry gets. */
  private nextEventId(): string {
    this.upcomingId ??= this.entries.length === 0 ? this.context.eventId : this.context.nextEventId();
    return this.upcomingId;
  }

  private deadline(): Date {
    return new Date(this.context.at.getTime() + RESPONSE_MS);
  }
}

/** Throws IllegalTransitionError, TooManyDisputesError, AmountTooLargeError. */
export function decideDispute(
  payment: PaymentState,
  { amount: asked, reason, stage }: NewDispute,
  context: ChangeContext,
): Change {
  if (payment.status !== 'completed' && payment.status !== 'refunded')
    throw new IllegalTransitionError(payment.status, 'disputed', allowedActions(payment.status));
  const change = new DisputeChange(payment, context);
  if (change.places <= 0) throw new TooManyDisputesError(MAX_DISPUTES);
  const { left } = change;
  const amount = asked ?? left;
  if (amount > left || amount <= 0) throw AmountTooLargeError.ofDispute(Money.ofMinor(left, payment.currency));
  change.open(amount, reason, stage);
  return change.made();
}

/**
 * Saves evidence; `fields` and `magic` are those of all texts after it. The revision is the event's id. With `submission`
 * it is also handed in. Throws DisputeNotFoundError, DisputeNotOpenError, TooManyEvidenceChangesError.
 */
export function decideEvidence(
  payment: PaymentState,
  id: string,
  { fields, magic }: Pick<EvidenceState, 'fields' | 'magic'>,
  context: ChangeContext,
  submission: Pick<Terms, 'reviewMs'> | null = null,
): Change {
  const dispute = answerable(payment, id, context);
  const { changes } = dispute.evidence;
  if (changes >= MAX_EVIDENCE_CHANGES) throw new TooManyEvidenceChangesError(MAX_EVIDENCE_CHANGES);
  const change = new DisputeChange(payment, context);
  const evidence: EvidenceState = { revision: context.eventId, changes: changes + 1, fields, magic };
  const saved = { ...dispute, evidence };
  change.tell('dispute.updated', saved, `Evidence saved: ${fields.join(', ') || 'nothing is left'}.`);
  if (submission) submit(change, saved, context, submission);
  return change.made();
}

/** Hands the saved evidence in for review. Throws DisputeNotFoundError, DisputeNotOpenError. */
export function decideSubmission(
  payment: PaymentState,
  id: string,
  context: ChangeContext,
  terms: Pick<Terms, 'reviewMs'>,
): Change {
  const dispute = answerable(payment, id, context);
  const change = new DisputeChange(payment, context);
  submit(change, dispute, context, terms);
  return change.made();
}

function submit(
  change: DisputeChange,
  dispute: DisputeState,
  { at }: ChangeContext,
  { reviewMs }: Pick<Terms, 'reviewMs'>,
): void {
  const why = `Evidence submitted: ${dispute.evidence.fields.join(', ') || 'none was saved'}.`;
  const dueAt = new Date(at.getTime() + reviewMs);
  change.tell('dispute.updated', { ...dispute, status: 'under_review', dueAt }, why);
}

/** The merchant does not fight it. Throws DisputeNotFoundError, DisputeNotOpenError. */
export function decideAcceptance(payment: PaymentState, id: string, context: ChangeContext): Change {
  const dispute = answerable(payment, id, context);
  const change = new DisputeChange(payment, context);
  change.close(dispute, 'accepted', 'The merchant accepted it.');
  return change.made();
}

/** Closes all open disputes, also those under review, because the payment goes. */
export function decideClosing(payment: PaymentState, context: ChangeContext): Change {
  const change = new DisputeChange(payment, context);
  for (const dispute of (payment.disputes ?? []).filter(isOpen))
    change.close(dispute, 'accepted', 'The payment was deleted.');
  return change.made();
}

/** Expires, decides and opens the disputes that are due. */
export function decideDueDisputes(payment: PaymentState, context: ChangeContext): Change {
  const { disputes = [], disputesDueAt = null } = payment;
  const change = new DisputeChange(payment, context);
  for (const dispute of disputes) {
    if (dispute.dueAt === null || dispute.dueAt > context.at) continue;
    if (dispute.status === 'under_review') review(change, dispute);
    else change.close(dispute, 'expired', `No evidence was submitted by ${dispute.evidenceDueBy.toISOString()}.`);
  }
  if (disputesDueAt === null || disputesDueAt > context.at) return change.made();
  runScript(change, payment);
  return change.made({ disputesDueAt: null });
}

function review(change: DisputeChange, dispute: DisputeState): void {
  const { outcome, why } = verdictOf(dispute);
  if (outcome === 'escalated') change.escalate(dispute, why);
  else change.close(dispute, outcome, why);
}

/** What the test card asks for. Only what is left is disputed; of nothing, nothing is. */
function runScript(change: DisputeChange, { outcome: { dispute: script } }: PaymentState): void {
  if (script === 'fraud_warning') change.warn();
  const { left } = change;
  if (script === undefined || script === 'fraud_warning' || left === 0) return;
  if (script === 'inquiry') openIfPlace(change, left, 'general', 'inquiry');
  else if (script === 'multiple') {
    const half = Math.ceil(left / 2);
    openIfPlace(change, half, 'fraudulent', 'chargeback');
    if (left > half) openIfPlace(change, left - half, 'product_not_received', 'chargeback');
  } else openIfPlace(change, left, script, 'chargeback');
}

function openIfPlace(
  change: DisputeChange,
  amount: number,
  reason: DisputeReason,
  stage: 'inquiry' | 'chargeback',
): void {
  if (change.places > 0) change.open(amount, reason, stage);
}

/** The dispute, if it waits for the merchant and its time is not up. */
function answerable({ disputes = [] }: PaymentState, id: string, { at }: ChangeContext): DisputeState {
  const dispute = disputes.find((each) => each.id === id);
  if (!dispute) throw new DisputeNotFoundError(publicId(id));
  const { status, evidenceDueBy } = dispute;
  if (status !== 'needs_response') throw new DisputeNotOpenError(publicId(id), status);
  if (evidenceDueBy <= at) throw new DisputeNotOpenError(publicId(id), 'expired');
  return dispute;
}
