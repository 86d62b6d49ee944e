import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { StoredSum } from './balance-state.js';

/** Where the transactions begin or end that a payout takes. */
@Schema({ _id: false, strict: 'throw' })
export class Position {
  /** `availableAt` and `sequence` of the transaction, as one text that sorts as they do. */
  @Prop({ type: String, required: true }) at!: string;
  /** How much of its net is taken then, by this payout and earlier ones. */
  @Prop({ type: String, required: true }) taken!: StoredSum;
}

/** Which transactions a payout takes: those from the end of the payout before to its own. Follows from the ledger. */
@Schema({ collection: 'payout_allocations', strict: 'throw', versionKey: false })
export class Allocation {
  /** The id of the payout's settlement report. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true }) payoutId!: string;
  /** The number of the payout's entry. */
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) sequence!: number;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** In minor units. */
  @Prop({ type: String, required: true }) amount!: StoredSum;
  /** The end of the payout before; null for the first one. */
  @Prop({ type: SchemaFactory.createForClass(Position), default: null }) after!: Position | null;
  @Prop({ type: SchemaFactory.createForClass(Position), required: true }) end!: Position;
}

export const AllocationSchema = SchemaFactory.createForClass(Allocation);
// The latest one; the one that takes a transaction; GET /settlements.
AllocationSchema.index({ accountId: 1, currency: 1, 'end.at': 1 });
AllocationSchema.index({ accountId: 1, currency: 1, sequence: -1 });
AllocationSchema.index({ accountId: 1, payoutId: 1, _id: -1 });
AllocationSchema.index({ accountId: 1, _id: -1 });
