import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

const DAY_SECONDS = 86_400;

/** How long an event is kept. */
export const EVENT_RETENTION_DAYS = 30;

/** Something that happened to an object of an account, as the object was then. */
@Schema({ collection: 'events', strict: 'throw', versionKey: false })
export class Event {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  /** For example `payment.completed`. */
  @Prop({ type: String, required: true }) type!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) data!: object;
  /** The request that caused it, if one did. */
  @Prop({ type: String, default: null }) requestId!: string | null;
}

export const EventSchema = SchemaFactory.createForClass(Event);
EventSchema.index({ accountId: 1, _id: -1 });
EventSchema.index({ accountId: 1, type: 1, _id: -1 });
EventSchema.index({ accountId: 1, createdAt: -1 });
EventSchema.index({ createdAt: 1 }, { expireAfterSeconds: EVENT_RETENTION_DAYS * DAY_SECONDS });
