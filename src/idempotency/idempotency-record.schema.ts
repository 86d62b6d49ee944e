import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** A request that was refused because its key was used with another payload. */
@Schema({ _id: false, strict: 'throw' })
export class Reuse {
  @Prop({ type: String, required: true }) requestId!: string;
  /** By the account's clock. */
  @Prop({ type: Date, required: true }) at!: Date;
}

/** A request with an Idempotency-Key, and its answer once the gateway has stored it. */
@Schema({ collection: 'idempotency_records', strict: 'throw', versionKey: false })
export class IdempotencyRecord {
  /** Hash of account, route and key. */
  @Prop({ type: String, required: true }) _id!: string;
  /** The account; only set in a sandbox, for its reset and its snapshots, and if the key was reused. */
  @Prop({ type: String }) accountId?: string;
  /** Keyed hash of the payload, to detect another payload with the same key. */
  @Prop({ type: String, required: true }) fingerprint!: string;
  /** The id, without prefix, of the object that the request creates; the same if it runs again after a crash. */
  @Prop({ type: String, required: true }) seed!: string;
  /** Until then one request holds the lock. */
  @Prop({ type: Date, required: true }) lockedUntil!: Date;
  @Prop({ type: Number, default: null }) status!: number | null;
  /** The body of the answer, encrypted by SecretBox because it may contain a secret that is shown once. */
  @Prop({ type: String, default: null }) sealedBody!: string | null;
  /** Who reused the key with another payload, the latest ones; not set if nobody did. */
  @Prop({ type: [SchemaFactory.createForClass(Reuse)], default: undefined }) reusedBy?: Reuse[];
  /** By the account's clock: after this time the key can be used for another request. */
  @Prop({ type: Date, required: true }) expiresAt!: Date;
  /** When the database removes the record, in real time. */
  @Prop({ type: Date, required: true }) purgeAt!: Date;
}

export const IdempotencyRecordSchema = SchemaFactory.createForClass(IdempotencyRecord);
IdempotencyRecordSchema.index({ accountId: 1 }, { partialFilterExpression: { accountId: { $exists: true } } });
IdempotencyRecordSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });
// GET /double-charges.
IdempotencyRecordSchema.index(
  { accountId: 1, expiresAt: -1 },
  { partialFilterExpression: { reusedBy: { $exists: true } } },
);
