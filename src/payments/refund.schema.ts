import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { REFUND_STATUSES, type RefundStatus } from './payment-state.js';

/** A copy of a refund, for lists. The original is inside its payment. */
@Schema({ collection: 'refunds', strict: 'throw', versionKey: false, minimize: false })
export class Refund {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) paymentId!: string;
  /** Minor units of `currency`. */
  @Prop({ type: Number, required: true }) amount!: number;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true, enum: REFUND_STATUSES }) status!: RefundStatus;
  @Prop({ type: String, default: null }) reason!: string | null;
  @Prop({ type: String, default: null }) orderReference!: string | null;
  @Prop({ type: MongooseSchema.Types.Mixed, default: {} }) metadata!: Readonly<Record<string, string>>;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** The version of the payment when this was copied: an older copy never replaces a newer one. */
  @Prop({ type: Number, required: true }) version!: number;
}

export const RefundSchema = SchemaFactory.createForClass(Refund);
RefundSchema.index({ accountId: 1, _id: -1 });
RefundSchema.index({ accountId: 1, paymentId: 1, _id: -1 });
RefundSchema.index({ accountId: 1, status: 1, _id: -1 });
RefundSchema.index(
  { accountId: 1, orderReference: 1, _id: -1 },
  { partialFilterExpression: { orderReference: { $gte: '' } } },
);
