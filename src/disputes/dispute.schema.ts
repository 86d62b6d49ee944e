import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import {
  DISPUTE_REASONS,
  DISPUTE_STAGES,
  DISPUTE_STATUSES,
  type DisputeReason,
  type DisputeStage,
  type DisputeStatus,
} from '../payments/payment-state.js';

/** A copy of a dispute, for lists. The original is inside its payment. */
@Schema({ collection: 'disputes', strict: 'throw', versionKey: false })
export class Dispute {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) paymentId!: string;
  @Prop({ type: String, required: true, enum: DISPUTE_STAGES }) stage!: DisputeStage;
  @Prop({ type: String, required: true, enum: DISPUTE_STATUSES }) status!: DisputeStatus;
  @Prop({ type: String, required: true, enum: DISPUTE_REASONS }) reason!: DisputeReason;
  /** This and the fee are in minor units of `currency`. */
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: Number, required: true, min: 0, validate: Number.isSafeInteger }) fee!: number;
  @Prop({ type: Date, required: true }) evidenceDueBy!: Date;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** The version of the payment when this was copied: an older copy never replaces a newer one. */
  @Prop({ type: Number, required: true }) version!: number;
}

export const DisputeSchema = SchemaFactory.createForClass(Dispute);
// GET /disputes, newest first, with each of its filters.
DisputeSchema.index({ accountId: 1, _id: -1 });
DisputeSchema.index({ accountId: 1, paymentId: 1, _id: -1 });
DisputeSchema.index({ accountId: 1, status: 1, _id: -1 });
DisputeSchema.index({ accountId: 1, stage: 1, _id: -1 });
DisputeSchema.index({ accountId: 1, reason: 1, _id: -1 });
