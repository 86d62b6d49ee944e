import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

export const SIGNATURE_VERSIONS = ['v1', 'v1a'] as const;
export type SignatureVersion = (typeof SIGNATURE_VERSIONS)[number];

/** A key that signs an endpoint's deliveries. */
@Schema({ _id: false, strict: 'throw' })
export class SigningKey {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true, enum: SIGNATURE_VERSIONS }) version!: SignatureVersion;
  /** `whsec_…` or `whsk_…`, as SecretBox sealed it. */
  @Prop({ type: String, required: true }) sealed!: string;
  /** `whpk_…` of an ed25519 key; null for a shared secret. */
  @Prop({ type: String, default: null }) publicKey!: string | null;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Null for the current key; the end of the overlap for a rotated one. */
  @Prop({ type: Date, default: null }) expiresAt!: Date | null;
}

/** What the dialect keeps of an endpoint. */
export interface EndpointDialect {
  /** The version of its events; null for that of the account. */
  readonly apiVersion: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A URL that gets the events of an account. */
@Schema({ collection: 'webhook_endpoints', strict: 'throw', versionKey: false })
export class WebhookEndpoint {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true }) url!: string;
  @Prop({ type: String, default: null }) description!: string | null;
  /** `*`, `payment.*` or single types. */
  @Prop({ type: [String], required: true }) events!: string[];
  @Prop({ type: Boolean, required: true }) enabled!: boolean;
  /** Why the gateway itself disabled it; null when it did not. */
  @Prop({ type: String, default: null }) disabledReason!: string | null;
  @Prop({ type: Date, default: null }) disabledAt!: Date | null;
  @Prop({ type: [SchemaFactory.createForClass(SigningKey)], required: true }) signingKeys!: SigningKey[];
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  /** Since when every attempt has failed; null after a success. */
  @Prop({ type: Date, default: null }) failingSince!: Date | null;
  /** Nothing is sent before, because the receiver asked for fewer webhooks. */
  @Prop({ type: Date, default: null }) pausedUntil!: Date | null;
  /** How often in a row it asked for fewer webhooks; not set by version 1.0. */
  @Prop({ type: Number, default: 0 }) slowDowns?: number;
  /** Set if it gets the events of the dialect and not our own; what the dialect keeps of it. */
  @Prop({ type: MongooseSchema.Types.Mixed }) dialect?: EndpointDialect;
  /** The id of the `webhook.endpoint.disabled` event that is still to be published; not set if there is none. */
  @Prop({ type: String }) disabledEventId?: string;
  /** Real time: that event is not tried again before, because publishing it failed. */
  @Prop({ type: Date }) leaseUntil?: Date;
}

export const WebhookEndpointSchema = SchemaFactory.createForClass(WebhookEndpoint);
WebhookEndpointSchema.index({ accountId: 1, _id: -1 });
WebhookEndpointSchema.index(
  { disabledEventId: 1 },
  { partialFilterExpression: { disabledEventId: { $exists: true } } },
);
