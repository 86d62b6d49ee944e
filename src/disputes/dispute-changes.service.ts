import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { DisputeNotFoundError, EvidenceTooLargeError } from '../payments/dispute-errors.js';
import { type EvidenceField, EVIDENCE_FIELD_NAMES, magicOf, mergeEvidence } from '../payments/dispute-evidence.js';
import { decideAcceptance, decideDispute, decideEvidence, decideSubmission } from '../payments/dispute-rules.js';
import type { DisputeView } from '../payments/dispute-view.js';
import { moneyOf } from '../payments/money-of.js';
import { PaymentChangesService } from '../payments/payment-changes.service.js';
import type { Payment } from '../payments/payment.schema.js';
import { type Change, type ChangeContext, type DisputeReason, termsOf } from '../payments/payment-state.js';
import type { RequestContext } from '../payments/request-context.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { OtherEvidence } from './dispute-evidence.schema.js';
import { DisputesService } from './disputes.service.js';
import { lengthOfAll, MAX_EVIDENCE_LENGTH } from './evidence-limits.js';
import { EvidenceService, NO_STORED_EVIDENCE } from './evidence.service.js';

/** Changes of evidence: an empty text, or null, removes a field. */
export type EvidenceChanges = Readonly<Partial<Record<EvidenceField, string | null | undefined>>>;

/** What is done with the evidence besides saving its texts. */
export interface EvidenceAnswer {
  /** What an adapter keeps beside the texts; null removes a field. */
  readonly others?: OtherEvidence;
  /** Whether it is handed in by the same change. */
  readonly submit?: boolean;
}

/** A dispute that is opened by request. `amount` is in major units; null disputes all that is left. */
export interface DisputeRequest {
  readonly amount: number | null;
  readonly reason: DisputeReason;
  readonly stage: 'inquiry' | 'chargeback';
}

/** Opens and answers disputes on request. */
@Injectable()
export class DisputeChanges {
  constructor(
    private readonly changes: PaymentChangesService,
    private readonly disputes: DisputesService,
    private readonly evidence: EvidenceService,
  ) {}

  /**
   * Opens a dispute, as a customer's bank would. Throws PaymentNotFoundError, IllegalTransitionError,
   * TooManyDisputesError, AmountTooLargeError, InvalidFieldError.
   */
  async open(context: RequestContext, paymentId: string, request: DisputeRequest): Promise<DisputeView> {
    const payment = await this.changes.change(context, paymentId, (current, change) => {
      const amount = request.amount === null ? null : moneyOf(request.amount, current.currency).minor;
      return decideDispute(current, { ...request, amount }, change);
    });
    const opened = payment.history.find(({ eventId }) => eventId === context.eventId)?.dispute;
    if (!opened) throw new DisputeNotFoundError(publicId(context.eventId));
    return this.shown(payment, opened.id);
  }

  /**
   * Adds texts to the evidence, replaces and removes them. Throws DisputeNotFoundError, PaymentNotFoundError,
   * DisputeNotOpenError, EvidenceTooLargeError, TooManyEvidenceChangesError.
   */
  async saveEvidence(
    context: RequestContext,
    id: string,
    asked: EvidenceChanges,
    answer: EvidenceAnswer = {},
  ): Promise<DisputeView> {
    const { _id: disputeId, paymentId } = await this.disputes.find(context.accountId, id);
    const decidedOn: number[] = [];
    const change = this.changes.change(context, paymentId, async (current, change) => {
      const decided = await this.decideEvidence(current, disputeId, { asked, ...answer }, change, context);
      if (decided !== null) decidedOn.push(current.version);
      return decided;
    });
    const payment = await change.catch(async (error: unknown) => {
      // An earlier decision of this request has stored its revision, and a later one refused it.
      if (error instanceof DomainError && decidedOn.length > 0)
        await this.evidence.discard(context.accountId, context.eventId);
      throw error;
    });
    const latest = decidedOn.at(-1);
    if (latest !== undefined) await this.evidence.removeBefore(payment, disputeId, latest);
    return this.shown(payment, disputeId);
  }

  /** Hands the evidence in for review. Throws DisputeNotFoundError, PaymentNotFoundError, DisputeNotOpenError. */
  submit(context: RequestContext, id: string): Promise<DisputeView> {
    return this.answer(context, id, (payment, disputeId, change) =>
      decideSubmission(payment, disputeId, change, termsOf(context.world.settings)),
    );
  }

  /** Gives the money to the customer. Throws DisputeNotFoundError, PaymentNotFoundError, DisputeNotOpenError. */
  accept(context: RequestContext, id: string): Promise<DisputeView> {
    return this.answer(context, id, decideAcceptance);
  }

  private async answer(
    context: RequestContext,
    id: string,
    decide: (payment: Payment, disputeId: string, change: ChangeContext) => Change,
  ): Promise<DisputeView> {
    const { _id: disputeId, paymentId } = await this.disputes.find(context.accountId, id);
    const payment = await this.changes.change(context, paymentId, (current, change) =>
      decide(current, disputeId, change),
    );
    return this.shown(payment, disputeId);
  }

  /** Stores the revision, then the payment names it. Null if nothing changes. */
  private async decideEvidence(
    payment: Payment,
    disputeId: string,
    { asked, others = {}, submit = false }: EvidenceAnswer & { readonly asked: EvidenceChanges },
    change: ChangeContext,
    { world }: RequestContext,
  ): Promise<Change | null> {
    const dispute = payment.disputes?.find(({ id }) => id === disputeId);
    if (!dispute) throw new DisputeNotFoundError(publicId(disputeId));
    const before = await this.evidence.of(payment, dispute);
    // If the revision is gone, the payment was changed since, and this decision is not written.
    const known = before ?? NO_STORED_EVIDENCE;
    const texts = mergeEvidence(known.texts, asked);
    const kept = Object.entries({ ...known.others, ...others }).filter(([, value]) => value !== null);
    const after = { texts, others: Object.fromEntries(kept) };
    const length = lengthOfAll(texts);
    if (length > MAX_EVIDENCE_LENGTH) throw new EvidenceTooLargeError(length, MAX_EVIDENCE_LENGTH);
    const fields = EVIDENCE_FIELD_NAMES.filter((field) => texts[field] !== undefined);
    const terms = termsOf(world.settings);
    const decided = decideEvidence(
      payment,
      disputeId,
      { fields, magic: magicOf(texts) },
      change,
      submit ? terms : null,
    );
    if (before !== null && isDeepStrictEqual(before, after))
      return submit ? decideSubmission(payment, disputeId, change, terms) : null;
    await this.evidence.store(payment, disputeId, { revision: change.eventId, ...after });
    return decided;
  }

  /** Copies the dispute to the list before the request is answered. */
  private async shown(payment: Payment, disputeId: string): Promise<DisputeView> {
    await this.disputes.copy([{ payment, ids: [disputeId] }]);
    return this.disputes.shown(payment, disputeId);
  }
}
