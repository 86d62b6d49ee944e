import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../../events/untold-fields.schema.js';
import type { Failure } from '../../simulation/outcome.js';

const { Mixed } = MongooseSchema.Types;

export const SETUP_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'succeeded',
  'canceled',
] as const;
export type SetupStatus = (typeof SETUP_STATUSES)[number];

/** A payment method that a customer sets up for later payments. */
@Schema({ collection: 'setup_intents', strict: 'throw', versionKey: false, minimize: false })
export class SetupIntent extends UntoldFields {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true, enum: SETUP_STATUSES }) status!: SetupStatus;
  @Prop({ type: String, default: null }) customerId!: string | null;
  @Prop({ type: String, default: null }) paymentMethodId!: string | null;
  @Prop({ type: String, required: true, enum: ['on_session', 'off_session'] }) usage!: 'on_session' | 'off_session';
  @Prop({ type: String, default: null }) description!: string | null;
  @Prop({ type: Mixed, default: {} }) metadata!: Readonly<Record<string, string>>;
  /** What is only kept and shown. */
  @Prop({ type: Mixed, default: {} }) details!: Readonly<Record<string, unknown>>;
  /** Why the latest attempt failed, and its method; null if it did not. */
  @Prop({ type: Mixed, default: null }) failure!: Failure | null;
  @Prop({ type: String, default: null }) failedMethodId!: string | null;
  /** The id of the latest attempt; null before the first. */
  @Prop({ type: String, default: null }) attemptId!: string | null;
  /** Where the customer authenticates, and goes then; null if nobody has to. */
  @Prop({ type: String, default: null }) challengeUrl!: string | null;
  @Prop({ type: String, default: null }) returnUrl!: string | null;
  @Prop({ type: String, default: null }) cancellationReason!: string | null;
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
}

export const SetupIntentSchema = SchemaFactory.createForClass(SetupIntent);
SetupIntentSchema.index({ accountId: 1, _id: -1 });
SetupIntentSchema.index(
  { accountId: 1, customerId: 1, _id: -1 },
  { partialFilterExpression: { customerId: { $gte: '' } } },
);
SetupIntentSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
