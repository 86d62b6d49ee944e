import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

/** How long an event is kept, in ms. */
export const DIALECT_EVENT_RETENTION_MS = 30 * 86_400_000;

/** An event as the dialect tells it, with the object as it was at that time. */
@Schema({ collection: 'dialect_events', strict: 'throw', versionKey: false, minimize: false })
export class DialectEvent {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  /** For example `payment_intent.succeeded`. */
  @Prop({ type: String, required: true }) type!: string;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** As the newest version shows it. */
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) object!: Readonly<Record<string, unknown>>;
  /** Of an update the values before it; null for other events. */
  @Prop({ type: MongooseSchema.Types.Mixed, default: null }) previous!: Readonly<Record<string, unknown>> | null;
  @Prop({ type: String, default: null }) requestId!: string | null;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  /** When the database removes the event, in real time. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const DialectEventSchema = SchemaFactory.createForClass(DialectEvent);
// GET /v1/events, newest first, and of one type.
DialectEventSchema.index({ accountId: 1, _id: -1 });
DialectEventSchema.index({ accountId: 1, type: 1, _id: -1 });
DialectEventSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });

/** An event that is not stored yet. */
export type NewDialectEvent = Omit<DialectEvent, 'purgeAt'>;
