import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { UntoldFields } from '../../events/untold-fields.schema.js';
import { isMetadata, type Metadata } from '../../platform/common/metadata.js';

const { Mixed } = MongooseSchema.Types;

/** Something that a merchant sells. A deleted product stays, so that prices and sessions can name it. */
@Schema({ collection: 'dialect_products', strict: 'throw', versionKey: false, minimize: false })
export class Product extends UntoldFields {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true }) name!: string;
  @Prop({ type: Boolean, required: true }) active!: boolean;
  /** The stored id of the price that is used if no other is named. */
  @Prop({ type: String, default: null }) defaultPriceId!: string | null;
  @Prop({ type: String, default: null }) description!: string | null;
  @Prop({ type: [String], required: true }) images!: readonly string[];
  @Prop({ type: [String], required: true }) marketingFeatures!: readonly string[];
  @Prop({ type: Mixed, default: {}, validate: isMetadata }) metadata!: Metadata;
  /** As it was sent. */
  @Prop({ type: Mixed, default: null }) packageDimensions!: Readonly<Record<string, unknown>> | null;
  @Prop({ type: Boolean, default: null }) shippable!: boolean | null;
  @Prop({ type: String, default: null }) statementDescriptor!: string | null;
  @Prop({ type: String, default: null }) taxCode!: string | null;
  @Prop({ type: String, required: true, immutable: true }) type!: string;
  @Prop({ type: String, default: null }) unitLabel!: string | null;
  @Prop({ type: String, default: null }) url!: string | null;
  /** This and the times below are by the account's clock. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Date, default: null }) deletedAt!: Date | null;
}

export const ProductSchema = SchemaFactory.createForClass(Product);
// Lists, newest first; those with a URL.
ProductSchema.index({ accountId: 1, _id: -1 });
ProductSchema.index({ accountId: 1, url: 1, _id: -1 }, { partialFilterExpression: { url: { $gte: '' } } });
// What a crash left untold.
ProductSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
