import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import {
  CERTIFICATION_STATUSES,
  CERTIFICATION_STYLES,
  type CertificationStatus,
  type CertificationStyle,
  CHECK_NAMES,
  type CheckName,
  type CheckResult,
} from './checks.js';

@Schema({ _id: false, strict: 'throw' })
export class StoredCheck implements CheckResult {
  @Prop({ type: String, required: true, enum: CHECK_NAMES }) name!: CheckName;
  @Prop({ type: Boolean, default: null }) passed!: boolean | null;
  @Prop({ type: String, required: true }) evidence!: string;
  @Prop({ type: String, default: null }) advice!: string | null;
}

/** One run of all probes against a merchant's webhook handler. */
@Schema({ collection: 'certifications', strict: 'throw', versionKey: false })
export class Certification {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true, immutable: true }) url!: string;
  @Prop({ type: String, default: null, immutable: true }) stateUrl!: string | null;
  @Prop({ type: String, required: true, immutable: true, enum: CERTIFICATION_STYLES }) style!: CertificationStyle;
  /** What ids and bodies of the messages follow from. */
  @Prop({ type: String, required: true, immutable: true }) seed!: string;
  @Prop({ type: String, required: true, enum: CERTIFICATION_STATUSES }) status!: CertificationStatus;
  @Prop({ type: Number, required: true }) score!: number;
  @Prop({ type: [SchemaFactory.createForClass(StoredCheck)], required: true }) checks!: StoredCheck[];
  /** By the account's clock. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  @Prop({ type: Date, default: null }) finishedAt!: Date | null;
  /** The secret that signs, as SecretBox sealed it; not set when the run has ended. */
  @Prop({ type: String }) sealedSecret?: string;
  /** Which of the account's places for running certifications it takes; not set when the run has ended. */
  @Prop({ type: Number }) slot?: number;
  /** How often the run was started. */
  @Prop({ type: Number, required: true }) starts!: number;
  /** Real time: since when the run is due; not set when it has ended. */
  @Prop({ type: Date }) dueAt?: Date;
  /** Real time: until then only the process with the lease runs it. */
  @Prop({ type: Date }) leaseUntil?: Date;
  /** Names the start that has the lease. */
  @Prop({ type: String }) leasedBy?: string;
}

export const CertificationSchema = SchemaFactory.createForClass(Certification);
CertificationSchema.index({ accountId: 1, _id: -1 });
// At most one running certification a place.
CertificationSchema.index(
  { accountId: 1, slot: 1 },
  { unique: true, partialFilterExpression: { slot: { $exists: true } } },
);
CertificationSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
