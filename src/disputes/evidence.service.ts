import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { EVIDENCE_FIELD_NAMES, type EvidenceTexts } from '../payments/dispute-evidence.js';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentDeletionService } from '../payments/payment-deletion.service.js';
import type { DisputeState } from '../payments/payment-state.js';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { replaceEach } from '../platform/database/driver-writes.js';
import { repeated } from '../platform/database/repeated.js';
import { DisputeEvidence, type OtherEvidence } from './dispute-evidence.schema.js';
import { lengthOf, MAX_FIELD_LENGTH } from './evidence-limits.js';

/** What the evidence of a dispute contains. */
export interface StoredEvidence {
  readonly texts: EvidenceTexts;
  readonly others: OtherEvidence;
}

export const NO_STORED_EVIDENCE: StoredEvidence = { texts: {}, others: {} };

/** Keeps the texts of evidence; the payment names the revision that counts. */
@Injectable()
export class EvidenceService {
  constructor(
    @InjectModel(DisputeEvidence.name) private readonly evidence: Model<DisputeEvidence>,
    deletion: PaymentDeletionService,
    accountData: AccountData,
  ) {
    accountData.register({
      model: evidence,
      belongsTo: 'world',
      outlivesUser: true,
      copied: { ids: ['_id', 'disputeId'], check: assertEvidence },
    });
    deletion.subscribe((payment) => this.removeAll(payment));
  }

  /** The evidence of a dispute. Null if the revision is gone: the payment was changed since it was read. */
  async of({ accountId }: Payment, { evidence: { revision } }: DisputeState): Promise<StoredEvidence | null> {
    if (revision === null) return NO_STORED_EVIDENCE;
    const found = await this.evidence.findOne({ _id: revision, accountId }).lean<DisputeEvidence>();
    return found && { texts: found.texts, others: found.others ?? {} };
  }

  /**
   * Stores a revision before the change that names it. If the same request decides again, its later decision counts:
   * the payment cannot name an earlier one any more.
   */
  async store(
    { accountId, version }: Payment,
    disputeId: string,
    { revision, texts, others }: StoredEvidence & { readonly revision: string },
  ): Promise<void> {
    const document: DisputeEvidence = {
      _id: revision,
      accountId,
      disputeId,
      texts,
      version,
      ...(Object.keys(others).length > 0 && { others }),
    };
    await replaceEach(this.evidence, [{ filter: { _id: revision, accountId, version: { $lte: version } }, document }]);
  }

  /** Removes the revisions that were decided on earlier versions of the payment: none of them can count any more. */
  async removeBefore({ accountId }: Payment, disputeId: string, version: number): Promise<void> {
    await repeated(() => this.evidence.deleteMany({ accountId, disputeId, version: { $lt: version } }));
  }

  /** Removes a revision that no payment will ever name. */
  async discard(accountId: string, revision: string): Promise<void> {
    await this.evidence.deleteOne({ _id: revision, accountId });
  }

  private async removeAll({ accountId, disputes = [] }: Payment): Promise<void> {
    if (disputes.length === 0) return;
    const disputeId = { $in: disputes.map(({ id }) => id) };
    await repeated(() => this.evidence.deleteMany({ accountId, disputeId }));
  }
}

/** Throws if the texts of an imported document are none. */
function assertEvidence({ texts }: AccountDocument): void {
  const known: readonly string[] = EVIDENCE_FIELD_NAMES;
  for (const [field, text] of Object.entries(texts ?? {}) as [string, unknown][])
    if (!known.includes(field) || typeof text !== 'string' || lengthOf(text) > MAX_FIELD_LENGTH)
      throw new Error(`${field} is no field of evidence.`);
}
