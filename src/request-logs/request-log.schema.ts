import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

const RETENTION_SECONDS = 7 * 86_400;

/** One request of an account, for its developers. */
@Schema({ collection: 'request_logs', strict: 'throw', versionKey: false })
export class RequestLog {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) requestId!: string;
  @Prop({ type: String, required: true }) method!: string;
  @Prop({ type: String, required: true }) path!: string;
  @Prop({ type: Number, required: true }) status!: number;
  @Prop({ type: Number, required: true }) ms!: number;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  @Prop({ type: String, default: null }) errorCode!: string | null;
  /** JSON text with its secrets taken out; null where there was none or it was too large. */
  @Prop({ type: String, default: null }) requestBody!: string | null;
  @Prop({ type: String, default: null }) responseBody!: string | null;
  @Prop({ type: Date, required: true }) createdAt!: Date;
}

export const RequestLogSchema = SchemaFactory.createForClass(RequestLog);
RequestLogSchema.index({ accountId: 1, _id: -1 });
RequestLogSchema.index({ createdAt: 1 }, { expireAfterSeconds: RETENTION_SECONDS });
