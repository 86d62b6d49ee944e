import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { FEED_INDEX } from '../platform/streams/feed-index.js';

/** How long the log keeps a request, in ms. */
export const REQUEST_LOG_RETENTION_MS = 7 * 86_400_000;

/** One request of an account; the log is for its developers. */
@Schema({ _id: false, strict: 'throw' })
export class RequestLog {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true }) requestId!: string;
  @Prop({ type: String, required: true }) method!: string;
  @Prop({ type: String, required: true }) path!: string;
  @Prop({ type: Number, required: true }) status!: number;
  @Prop({ type: Number, required: true }) ms!: number;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  @Prop({ type: String, default: null }) errorCode!: string | null;
  /** JSON text without secrets; null if there was no body, or it was too large or not JSON. */
  @Prop({ type: String, default: null }) requestBody!: string | null;
  @Prop({ type: String, default: null }) responseBody!: string | null;
  @Prop({ type: Date, required: true }) createdAt!: Date;
}

/** Requests of one account that one process answered within a few seconds; stored with one write. */
@Schema({ collection: 'request_log_batches', strict: 'throw', versionKey: false })
export class RequestLogBatch {
  /** The id of its newest entry. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  /** Oldest first. */
  @Prop({ type: [SchemaFactory.createForClass(RequestLog)], required: true }) entries!: RequestLog[];
  /** When the database removes the batch, in real time. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const RequestLogBatchSchema = SchemaFactory.createForClass(RequestLogBatch);
// GET /request-logs, newest first, and by request id.
RequestLogBatchSchema.index({ accountId: 1, _id: -1 });
RequestLogBatchSchema.index({ accountId: 1, 'entries.requestId': 1 });
// GET /request-logs/stream, in the order of storing.
RequestLogBatchSchema.index(FEED_INDEX);
RequestLogBatchSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
