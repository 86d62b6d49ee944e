import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Address, BillingDetails } from './billing.js';

@Schema({ _id: false, strict: 'throw' })
export class StoredAddress implements Address {
  @Prop({ type: String, default: null }) line1!: string | null;
  @Prop({ type: String, default: null }) line2!: string | null;
  @Prop({ type: String, default: null }) city!: string | null;
  @Prop({ type: String, default: null }) state!: string | null;
  @Prop({ type: String, default: null }) postalCode!: string | null;
  @Prop({ type: String, default: null }) country!: string | null;
}

export const StoredAddressSchema = SchemaFactory.createForClass(StoredAddress);

@Schema({ _id: false, strict: 'throw' })
export class StoredBilling implements BillingDetails {
  @Prop({ type: String, default: null }) name!: string | null;
  @Prop({ type: String, default: null }) email!: string | null;
  @Prop({ type: String, default: null }) phone!: string | null;
  @Prop({ type: StoredAddressSchema, default: null }) address!: StoredAddress | null;
}

export const StoredBillingSchema = SchemaFactory.createForClass(StoredBilling);
