import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** How much of one quota all processes together have taken in one window. */
@Schema({ collection: 'rate_counters', strict: 'throw', versionKey: false })
export class RateCounter {
  /** The class, the subject (account or address), and the number of the window. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Number, required: true }) taken!: number;
  @Prop({ type: Date, required: true }) expiresAt!: Date;
}

export const RateCounterSchema = SchemaFactory.createForClass(RateCounter);
RateCounterSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
