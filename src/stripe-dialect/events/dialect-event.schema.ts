import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Shown } from '../wire/expand.js';

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
  /** As the newest version shows it: JSON, which costs less than documents of so many fields. */
  @Prop({ type: String, required: true }) object!: string;
  /** Of an update the values before it, as JSON; null for other events. */
  @Prop({ type: String, default: null }) previous!: string | null;
  /** The charge and the intent of a fraud warning, by which warnings are listed. */
  @Prop({ type: [String], default: undefined }) about?: string[];
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

/** An event with its objects. */
export interface ToldDialectEvent extends Omit<DialectEvent, 'purgeAt' | 'object' | 'previous' | 'about'> {
  readonly object: Shown;
  readonly previous: Shown | null;
}
