import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../events/untold-fields.schema.js';
import { StoredAddress, StoredAddressSchema } from '../payment-methods/billing.schema.js';
import { isMetadata, type Metadata } from '../platform/common/metadata.js';
import { type CustomerFields, type Shipping, TAX_EXEMPT, type TaxExempt } from './customer-fields.js';

@Schema({ _id: false, strict: 'throw' })
export class StoredShipping implements Shipping {
  @Prop({ type: String, default: null }) name!: string | null;
  @Prop({ type: String, default: null }) phone!: string | null;
  @Prop({ type: StoredAddressSchema, default: null }) address!: StoredAddress | null;
}

/** Somebody who pays a merchant more than once. A deleted customer stays, without personal data. */
@Schema({ collection: 'customers', strict: 'throw', versionKey: false, minimize: false })
export class Customer extends UntoldFields implements CustomerFields {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, default: null }) name!: string | null;
  @Prop({ type: String, default: null }) email!: string | null;
  @Prop({ type: String, default: null }) phone!: string | null;
  @Prop({ type: String, default: null }) description!: string | null;
  @Prop({ type: StoredAddressSchema, default: null }) address!: StoredAddress | null;
  @Prop({ type: SchemaFactory.createForClass(StoredShipping), default: null }) shipping!: StoredShipping | null;
  @Prop({ type: MongooseSchema.Types.Mixed, default: {}, validate: isMetadata }) metadata!: Metadata;
  @Prop({ type: [String], required: true }) preferredLocales!: string[];
  @Prop({ type: String, required: true, enum: TAX_EXEMPT }) taxExempt!: TaxExempt;
  /** In minor units; what is below 0 is a credit of the customer. */
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) balance!: number;
  /** The stored id of the method that is charged if no other is named. */
  @Prop({ type: String, default: null }) defaultPaymentMethodId!: string | null;
  /** The stored id of the test clock that it was created with. */
  @Prop({ type: String, default: null, immutable: true }) testClockId!: string | null;
  /** By the account's clock; the time in the id. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Date, default: null }) deletedAt!: Date | null;
}

export const CustomerSchema = SchemaFactory.createForClass(Customer);
// Lists, newest first; those with an e-mail.
CustomerSchema.index({ accountId: 1, _id: -1 });
CustomerSchema.index({ accountId: 1, email: 1, _id: -1 }, { partialFilterExpression: { email: { $gte: '' } } });
// What a crash left untold.
CustomerSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
