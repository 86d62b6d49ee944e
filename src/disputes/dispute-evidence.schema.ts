import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { EvidenceTexts } from '../payments/dispute-evidence.js';

export type OtherEvidence = Readonly<Record<string, unknown>>;

/**
 * The evidence of a dispute after one change. It counts once the payment names it; what a crash left behind is never
 * named, and removed with the next change.
 */
@Schema({ collection: 'dispute_evidence', strict: 'throw', versionKey: false, minimize: false })
export class DisputeEvidence {
  /** The id of the change's event. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) disputeId!: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) texts!: EvidenceTexts;
  /** What an adapter keeps beside the texts, by its own names. It decides nothing. */
  @Prop({ type: MongooseSchema.Types.Mixed }) others?: OtherEvidence;
  /** The version of the payment that the change was decided on. */
  @Prop({ type: Number, required: true }) version!: number;
}

export const DisputeEvidenceSchema = SchemaFactory.createForClass(DisputeEvidence);
// What is removed: revisions before one of a dispute, or all of it.
DisputeEvidenceSchema.index({ accountId: 1, disputeId: 1, version: 1 });
