import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { UntoldFields } from '../../events/untold-fields.schema.js';

/** The virtual clock of an account, as the dialect shows it. An account has at most one. */
@Schema({ collection: 'test_clocks', strict: 'throw', versionKey: false })
export class TestClock extends UntoldFields {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, default: null }) name!: string | null;
  @Prop({ type: String, required: true, enum: ['ready', 'advancing'] }) status!: 'ready' | 'advancing';
  /** What it shows; while it is advancing, where it began. */
  @Prop({ type: Date, required: true }) frozenTime!: Date;
  /** Where it is advanced to; null if it is not. */
  @Prop({ type: Date, default: null }) target!: Date | null;
  /** Real time. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
}

export const TestClockSchema = SchemaFactory.createForClass(TestClock);
TestClockSchema.index({ accountId: 1, _id: -1 });
// What a crash interrupted.
TestClockSchema.index({ status: 1 }, { partialFilterExpression: { status: 'advancing' } });
TestClockSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
