import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * How far one process has relayed its changes of payments: all of them before `relayedUpTo`. A process that finds
 * the mark of an ended process relays the rest.
 */
@Schema({ collection: 'relay_marks', strict: 'throw', versionKey: false })
export class RelayMark {
  /** The id that the process chose at its start. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: Date, required: true }) relayedUpTo!: Date;
  /** Payments whose relaying failed and is tried again. */
  @Prop({ type: [String], required: true }) failedIds!: string[];
  /** After this time, other processes take the process for ended. */
  @Prop({ type: Date, required: true }) aliveUntil!: Date;
}

export const RelayMarkSchema = SchemaFactory.createForClass(RelayMark);
