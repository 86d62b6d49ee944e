import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

const RETENTION_SECONDS = 30 * 86_400;

/** How many of the latest attempts are kept. */
export const KEPT_ATTEMPTS = 50;

/** One try to deliver. */
@Schema({ _id: false, strict: 'throw' })
export class Attempt {
  @Prop({ type: Date, required: true }) at!: Date;
  /** How long it took, in ms. */
  @Prop({ type: Number, required: true }) ms!: number;
  /** The HTTP status of the answer; null where there was none. */
  @Prop({ type: Number, default: null }) status!: number | null;
  /** Why it failed, in words; null where it succeeded. */
  @Prop({ type: String, default: null }) error!: string | null;
  /** The first 2 kB of the answer. */
  @Prop({ type: String, default: '' }) response!: string;
}

/** One event on its way to one address. */
@Schema({ collection: 'deliveries', strict: 'throw', versionKey: false })
export class Delivery {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) eventType!: string;
  /** Null where it goes to the payment's own webhook URL, in the v1 form. */
  @Prop({ type: String, default: null }) endpointId!: string | null;
  /** What shares a bound on concurrency: the endpoint, or the origin of a webhook URL. */
  @Prop({ type: String, required: true }) target!: string;
  /** Where the last attempt went; an endpoint's next one goes to the URL that the endpoint has then. */
  @Prop({ type: String, required: true }) url!: string;
  /** Exactly what is sent, and signed. */
  @Prop({ type: String, required: true }) body!: string;
  @Prop({ type: String, required: true, enum: DELIVERY_STATUSES }) status!: DeliveryStatus;
  @Prop({ type: [SchemaFactory.createForClass(Attempt)], required: true }) attempts!: Attempt[];
  /** Attempts since it was planned, or last redelivered: where in the schedule it is. */
  @Prop({ type: Number, required: true }) tries!: number;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** When a dispatcher may next take it: the next attempt, or the end of the lease of the one who has it. */
  @Prop({ type: Date }) dueAt?: Date;
}

export const DeliverySchema = SchemaFactory.createForClass(Delivery);
DeliverySchema.index({ accountId: 1, _id: -1 });
DeliverySchema.index({ accountId: 1, endpointId: 1, _id: -1 });
DeliverySchema.index({ accountId: 1, eventId: 1, _id: -1 });
DeliverySchema.index({ accountId: 1, status: 1, _id: -1 });
DeliverySchema.index({ dueAt: 1, target: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
DeliverySchema.index({ status: 1 });
DeliverySchema.index({ createdAt: 1 }, { expireAfterSeconds: RETENTION_SECONDS });
