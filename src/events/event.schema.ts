import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { FEED_INDEX } from '../platform/streams/feed-index.js';

/** How long an event is kept, in ms. */
export const EVENT_RETENTION_MS = 30 * 86_400_000;

/** An event of an object of an account, with the object as it was at that time. */
@Schema({ collection: 'events', strict: 'throw', versionKey: false })
export class Event {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  /** For example `payment.completed`. */
  @Prop({ type: String, required: true }) type!: string;
  /** The time in its id, so that a period of time is a range of ids. */
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) data!: object;
  /** What it is about: of a refund, its payment too. */
  @Prop({ type: [String], required: true }) objectIds!: string[];
  /** The request that caused it, if one did. */
  @Prop({ type: String, default: null }) requestId!: string | null;
  /** When the database removes the event, in real time. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const EventSchema = SchemaFactory.createForClass(Event);
// GET /events, newest first, and its filters.
EventSchema.index({ accountId: 1, _id: -1 });
EventSchema.index({ accountId: 1, type: 1, _id: -1 });
EventSchema.index({ accountId: 1, objectIds: 1, _id: -1 });
// GET /events/stream, in the order of storing.
EventSchema.index(FEED_INDEX);
EventSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
