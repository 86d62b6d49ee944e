import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../events/untold-fields.schema.js';
import {
  CAPTURE_METHODS,
  type CancellationReason,
  type CaptureMethod,
  type IntentAttempt,
  type IntentFacts,
} from './intent-state.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ _id: false, strict: 'throw' })
export class Attempt implements IntentAttempt {
  @Prop({ type: Number, required: true }) number!: number;
  @Prop({ type: String, required: true }) paymentId!: string;
  @Prop({ type: String, required: true }) paymentMethodId!: string;
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) requestId!: string;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  @Prop({ type: String, required: true }) requestBase!: string;
  @Prop({ type: String, default: null }) returnUrl!: string | null;
  @Prop({ type: Boolean, required: true }) offSession!: boolean;
  @Prop({ type: Date, required: true }) at!: Date;
}

/** What shall be paid, over one or several attempts, each of them a payment. Amounts are in minor units. */
@Schema({ collection: 'payment_intents', strict: 'throw', versionKey: false, minimize: false })
export class PaymentIntent extends UntoldFields implements IntentFacts {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true, enum: CAPTURE_METHODS }) captureMethod!: CaptureMethod;
  @Prop({ type: String, default: null }) customerId!: string | null;
  @Prop({ type: String, default: null }) paymentMethodId!: string | null;
  @Prop({ type: Number, required: true }) methodFor!: number;
  @Prop({ type: Mixed, default: {} }) metadata!: Readonly<Record<string, string>>;
  @Prop({ type: String, default: null }) description!: string | null;
  @Prop({ type: String, default: null }) receiptEmail!: string | null;
  @Prop({ type: String, default: null }) setupFutureUsage!: 'on_session' | 'off_session' | null;
  /** What is only kept and shown: addresses, texts on statements, options. */
  @Prop({ type: Mixed, default: {} }) details!: Readonly<Record<string, unknown>>;
  /** The latest attempt. */
  @Prop({ type: SchemaFactory.createForClass(Attempt), default: null }) attempt!: Attempt | null;
  @Prop({ type: Date, default: null }) canceledAt!: Date | null;
  @Prop({ type: String, default: null }) cancellationReason!: CancellationReason | null;
  /** The checkout session on whose page it is paid; not set if there is none. */
  @Prop({ type: String }) checkoutSessionId?: string;
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
}

export const PaymentIntentSchema = SchemaFactory.createForClass(PaymentIntent);
PaymentIntentSchema.index({ accountId: 1, _id: -1 });
PaymentIntentSchema.index(
  { accountId: 1, customerId: 1, _id: -1 },
  { partialFilterExpression: { customerId: { $gte: '' } } },
);
PaymentIntentSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
