import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { CHECK_RESULTS } from '../simulation/outcome.js';
import { type Brand, BRANDS, type Checks, type Funding, FUNDINGS } from '../simulation/test-cards.js';

@Schema({ _id: false, strict: 'throw' })
export class CardChecks implements Checks {
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) cvc!: Checks['cvc'];
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) postalCode!: Checks['postalCode'];
  @Prop({ type: String, required: true, enum: CHECK_RESULTS }) addressLine!: Checks['addressLine'];
}

/** A test card of an account's customer, without its number and security code. */
@Schema({ collection: 'payment_methods', strict: 'throw', versionKey: false })
export class PaymentMethod {
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
}

export const PaymentMethodSchema = SchemaFactory.createForClass(PaymentMethod);
PaymentMethodSchema.index({ accountId: 1, _id: -1 });
