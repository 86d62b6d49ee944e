import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

export const SIGNATURE_VERSIONS = ['v1', 'v1a'] as const;
export type SignatureVersion = (typeof SIGNATURE_VERSIONS)[number];

/** What an endpoint's deliveries are signed with. */
@Schema({ _id: false, strict: 'throw' })
export class SigningKey {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true, enum: SIGNATURE_VERSIONS }) version!: SignatureVersion;
  /** `whsec_…` or `whsk_…`, as SecretBox sealed it. */
  @Prop({ type: String, required: true }) sealed!: string;
  /** `whpk_…` of an ed25519 key; null for a shared secret. */
  @Prop({ type: String, default: null }) publicKey!: string | null;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  /** Null for the current one; the end of the overlap for one that was rotated out. */
  @Prop({ type: Date, default: null }) expiresAt!: Date | null;
}

/** Where an account wants its events sent. */
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
  /** Nothing is sent before: the receiver asked for less. */
  @Prop({ type: Date, default: null }) pausedUntil!: Date | null;
  /** How often in a row it asked for less; not set by version 1.0. */
  @Prop({ type: Number, default: 0 }) slowDowns?: number;
  /** The id of the event that tells of its disabling; not set once that is told. */
  @Prop({ type: String }) disabledEventId?: string;
  /** Real time: its owner is not told before, because that failed. */
  @Prop({ type: Date }) leaseUntil?: Date;
}

export const WebhookEndpointSchema = SchemaFactory.createForClass(WebhookEndpoint);
WebhookEndpointSchema.index({ accountId: 1, _id: -1 });
WebhookEndpointSchema.index(
  { disabledEventId: 1 },
  { partialFilterExpression: { disabledEventId: { $exists: true } } },
);
