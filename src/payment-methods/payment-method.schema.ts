import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../events/untold-fields.schema.js';
import { isMetadata, type Metadata } from '../platform/common/metadata.js';
import { CHECK_RESULTS } from '../simulation/outcome.js';
import { type Brand, BRANDS, type Checks, type Funding, FUNDINGS } from '../simulation/test-cards.js';
import { StoredBilling, StoredBillingSchema } from './billing.schema.js';

/** Whether the method may be shown to the customer again, in other checkouts. */
export const ALLOW_REDISPLAY = ['always', 'limited', 'unspecified'] as const;
export type AllowRedisplay = (typeof ALLOW_REDISPLAY)[number];

@Schema({ _id: false, strict: 'throw' })
export class CardChecks implements Checks {
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) cvc!: Checks['cvc'];
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) postalCode!: Checks['postalCode'];
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) addressLine!: Checks['addressLine'];
}

/** A test card of an account's customer, without its number and security code. */
@Schema({ collection: 'payment_methods', strict: 'throw', versionKey: false, minimize: false })
export class PaymentMethod extends UntoldFields {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  /** The ready-made token of the same test card. It identifies the card without its number. */
  @Prop({ type: String, required: true }) testToken!: string;
  @Prop({ type: String, required: true, enum: BRANDS }) brand!: Brand;
  @Prop({ type: String, required: true, enum: FUNDINGS }) funding!: Funding;
  @Prop({ type: String, required: true }) last4!: string;
  @Prop({ type: Number, required: true }) expMonth!: number;
  @Prop({ type: Number, required: true }) expYear!: number;
  /** Equal for equal cards of one account. */
  @Prop({ type: String, required: true }) fingerprint!: string;
  @Prop({ type: String, default: null }) holderName!: string | null;
  @Prop({ type: String, default: null }) postalCode!: string | null;
  @Prop({ type: Boolean, required: true }) cvcSent!: boolean;
  @Prop({ type: SchemaFactory.createForClass(CardChecks), required: true }) checks!: CardChecks;
  @Prop({ type: Date, required: true }) createdAt!: Date;

  /** The stored id of the customer that it is attached to; not set, or null, if it is attached to none. */
  @Prop({ type: String }) customerId?: string | null;
  @Prop({ type: StoredBillingSchema }) billing?: StoredBilling;
  @Prop({ type: MongooseSchema.Types.Mixed, validate: isMetadata }) metadata?: Metadata;
  @Prop({ type: String, enum: ALLOW_REDISPLAY }) allowRedisplay?: AllowRedisplay;
  /** Whether the customer has authenticated for later payments. */
  @Prop({ type: Boolean }) isSetUp?: boolean;
}

export const PaymentMethodSchema = SchemaFactory.createForClass(PaymentMethod);
PaymentMethodSchema.index({ accountId: 1, _id: -1 });
// The methods of a customer, newest first.
PaymentMethodSchema.index(
  { accountId: 1, customerId: 1, _id: -1 },
  { partialFilterExpression: { customerId: { $gte: '' } } },
);
// What a crash left untold.
PaymentMethodSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
