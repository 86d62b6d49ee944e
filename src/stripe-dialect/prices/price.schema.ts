import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../../events/untold-fields.schema.js';
import { isMetadata, type Metadata } from '../../platform/common/metadata.js';
import type { UnitAmount } from './unit-amounts.js';

const { Mixed } = MongooseSchema.Types;

/** How often a price is charged; only kept and shown. */
export interface Recurring {
  readonly interval: string;
  readonly interval_count: number;
  readonly meter: string | null;
  readonly trial_period_days: number | null;
  readonly usage_type: string;
}

/** What one of a product costs. What it costs never changes. */
@Schema({ collection: 'dialect_prices', strict: 'throw', versionKey: false, minimize: false })
export class Price extends UntoldFields implements UnitAmount {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  /** The stored id of its product. */
  @Prop({ type: String, required: true, immutable: true }) productId!: string;
  @Prop({ type: Boolean, required: true }) active!: boolean;
  @Prop({ type: String, required: true, immutable: true }) currency!: string;
  /** In minor units; null if it has a fraction of one. */
  @Prop({ type: Number, default: null, immutable: true }) unitAmount!: number | null;
  @Prop({ type: String, required: true, immutable: true }) unitAmountDecimal!: string;
  @Prop({ type: String, default: null }) lookupKey!: string | null;
  @Prop({ type: String, default: null }) nickname!: string | null;
  @Prop({ type: Mixed, default: {}, validate: isMetadata }) metadata!: Metadata;
  @Prop({ type: Mixed, default: null, immutable: true }) recurring!: Recurring | null;
  @Prop({ type: String, required: true }) taxBehavior!: string;
  /** By the account's clock. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
}

export const PriceSchema = SchemaFactory.createForClass(Price);
// Lists, newest first; of a product. A lookup key belongs to one price.
PriceSchema.index({ accountId: 1, _id: -1 });
PriceSchema.index({ accountId: 1, productId: 1, _id: -1 });
PriceSchema.index(
  { accountId: 1, lookupKey: 1 },
  { unique: true, partialFilterExpression: { lookupKey: { $gte: '' } } },
);
// What a crash left untold.
PriceSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
