import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** What all processes together have taken of one quota in one window. */
@Schema({ collection: 'rate_counters', strict: 'throw', versionKey: false })
export class RateCounter {
  /** Class, whose, and the number of the window. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Number, required: true }) taken!: number;
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const RateCounterSchema = SchemaFactory.createForClass(RateCounter);
RateCounterSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
