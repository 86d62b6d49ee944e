import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A request that was made under an Idempotency-Key, and its answer once there is one. */
@Schema({ collection: 'idempotency_records', strict: 'throw', versionKey: false })
export class IdempotencyRecord {
  /** Hash of account, route and key. */
  @Prop({ type: String, required: true }) _id!: string;
  /** Keyed hash of what was sent: another payload under the same key is a mistake. */
  @Prop({ type: String, required: true }) fingerprint!: string;
  /** The id, without prefix, of what the request makes; the same when it runs again after a crash. */
  @Prop({ type: String, required: true }) seed!: string;
  /** Until then somebody is at work on it. */
  @Prop({ type: Date, required: true }) lockedUntil!: Date;
  @Prop({ type: Number, default: null }) status!: number | null;
  /** The body of the answer, as SecretBox sealed it: it may hold a secret that is shown once. */
  @Prop({ type: String, default: null }) sealedBody!: string | null;
  /** The key is free again after this. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  /** Real time: when it is removed. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const IdempotencyRecordSchema = SchemaFactory.createForClass(IdempotencyRecord);
IdempotencyRecordSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
