import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** How long a delivery is kept, in ms. */
export const DELIVERY_RETENTION_MS = 30 * 86_400_000;

/** How many of the latest attempts are kept. */
export const KEPT_ATTEMPTS = 50;

/** One attempt to deliver. */
@Schema({ _id: false, strict: 'throw' })
export class Attempt {
  @Prop({ type: Date, required: true }) at!: Date;
  /** How long it took, in ms. */
  @Prop({ type: Number, required: true }) ms!: number;
  /** The HTTP status of the answer; null if none came. */
  @Prop({ type: Number, default: null }) status!: number | null;
  /** Why it failed, in words; null if it succeeded. */
  @Prop({ type: String, default: null }) error!: string | null;
  /** The first 2 kB of the answer. */
  @Prop({ type: String, default: '' }) response!: string;
  /** The public id of the fault that changed it; not set if none did. */
  @Prop({ type: String }) fault?: string;
}

/** Why a delivery is attempted later than it was planned. */
@Schema({ _id: false, strict: 'throw' })
export class Hold {
  /** The public id of the fault. */
  @Prop({ type: String, required: true }) fault!: string;
  /** How many attempts there were before. */
  @Prop({ type: Number, required: true }) tries!: number;
  /** Whether it ends when a later delivery to the same target was sent. */
  @Prop({ type: Boolean, required: true }) forNext!: boolean;
}

/** One event on its way to one address. */
@Schema({ collection: 'deliveries', strict: 'throw', versionKey: false })
export class Delivery {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) eventType!: string;
  /** Null if it goes to the payment's own webhook URL, in the v1 form. */
  @Prop({ type: String, default: null }) endpointId!: string | null;
  /** The receiver whose concurrency is limited: the endpoint, or the account and the origin of the webhook URL. */
  @Prop({ type: String, required: true }) target!: string;
  /** Where the last attempt went. The next one goes to the URL that its endpoint has then. */
  @Prop({ type: String, required: true }) url!: string;
  /** Exactly what is sent, and signed. */
  @Prop({ type: String, required: true }) body!: string;
  @Prop({ type: String, required: true, enum: DELIVERY_STATUSES }) status!: DeliveryStatus;
  @Prop({ type: [SchemaFactory.createForClass(Attempt)], required: true }) attempts!: Attempt[];
  /** Set if the owner asked for the next attempt: it is made even while the endpoint is paused. */
  @Prop({ type: Boolean }) atOnce?: boolean;
  /** Set if a fault held it, which happens once. */
  @Prop({ type: SchemaFactory.createForClass(Hold) }) held?: Hold;
  /** Attempts since it was planned or last redelivered: its position in the retry schedule. */
  @Prop({ type: Number, required: true }) tries!: number;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** When the next attempt is due; not set if there is none. */
  @Prop({ type: Date }) dueAt?: Date;
  /** The virtual clock that `dueAt` goes by; not set for the real time. */
  @Prop({ type: String }) clockId?: string;
  /** Real time: until then only the holder of the lease attempts it. */
  @Prop({ type: Date }) leaseUntil?: Date;
  /** The name of the lease; only its holder records an attempt. */
  @Prop({ type: String }) leasedBy?: string;
  /** Real time: when it is removed. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const DeliverySchema = SchemaFactory.createForClass(Delivery);
// GET /webhooks/deliveries, newest first, and its filters.
DeliverySchema.index({ accountId: 1, _id: -1 });
DeliverySchema.index({ accountId: 1, endpointId: 1, _id: -1 });
DeliverySchema.index({ accountId: 1, eventId: 1, _id: -1 });
// Begins with the status, so that it also counts each status over all accounts (DeliveriesService.countByStatus).
DeliverySchema.index({ status: 1, accountId: 1, _id: -1 });
// What is due (DeliveriesService.lease).
DeliverySchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
// What was held for a later delivery to the same target (DeliveryHolds.end).
DeliverySchema.index({ target: 1 }, { partialFilterExpression: { held: { $exists: true } } });
DeliverySchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
