import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * How far one process has relayed the changes of payments that it made. Every change of it before `relayedUpTo` is
 * relayed; whatever process finds the mark of one that has ended relays the rest.
 */
@Schema({ collection: 'relay_marks', strict: 'throw', versionKey: false })
export class RelayMark {
  /** A name that the process chose at its start. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Date, required: true }) relayedUpTo!: Date;
  /** Payments whose relaying failed and is tried again. */
  @Prop({ type: [String], required: true }) failedIds!: string[];
  /** The process is taken for ended after this time. */
  @Prop({ type: Date, required: true }) aliveUntil!: Date;
}

export const RelayMarkSchema = SchemaFactory.createForClass(RelayMark);
