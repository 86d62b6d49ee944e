import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { FaultState } from './decide-fault.js';
import type { Moment } from './effects.js';

/** How many of the latest hits are kept. */
export const KEPT_HITS = 100;

export const REPETITIONS = ['same_key', 'other_key', 'no_key'] as const;
export type Repetition = (typeof REPETITIONS)[number];

/** One request, or one attempt to deliver, that a fault hit. */
@Schema({ _id: false, strict: 'throw' })
export class Hit {
  /** How often the fault was used then, this hit included; so it says which effect of a sequence it had. */
  @Prop({ type: Number, required: true }) n!: number;
  /** By the account's clock. */
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) requestId!: string | null;
  @Prop({ type: String, default: null }) operation!: string | null;
  @Prop({ type: String, default: null }) idempotencyKey!: string | null;
  @Prop({ type: String, default: null }) when!: Moment | null;
  /** The public id of what the request made or changed, or of the delivery. */
  @Prop({ type: String, default: null }) objectId!: string | null;
  @Prop({ type: Boolean, required: true }) moneyMoved!: boolean;
  @Prop({ type: String, enum: [...REPETITIONS, null], default: null }) repeatedWith!: Repetition | null;
  /** Whether `objectId` and `moneyMoved` are known: false while the request runs, and after a crash. */
  @Prop({ type: Boolean, required: true }) isResolved!: boolean;
  /** Below /api/v1. */
  @Prop({ type: String, default: null }) path!: string | null;
  /** Hash of the body, to recognize a repetition. */
  @Prop({ type: String, default: null }) fingerprint!: string | null;
  /** The repetition and what it made. */
  @Prop({ type: String, default: null }) repeatedBy!: string | null;
  @Prop({ type: String, default: null }) repeatedObjectId!: string | null;
}

export const FAULT_SOURCES = ['api', 'header'] as const;
export type FaultSource = (typeof FAULT_SOURCES)[number];

/** What an account asked for. */
export type FaultRule = Omit<FaultState, 'seen' | 'used'>;

/** A fault that an account asked for, and whom it hit. */
@Schema({ collection: 'faults', strict: 'throw', versionKey: false })
export class Fault {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true, enum: FAULT_SOURCES }) source!: FaultSource;
  /** A FaultRule as JSON: a body of the account's own may have names that mean something to MongoDB. */
  @Prop({ type: String, required: true, immutable: true }) rule!: string;
  /** How many matching requests there were while it could still hit. Rises with each, so it is also the version. */
  @Prop({ type: Number, required: true }) seen!: number;
  @Prop({ type: Number, required: true }) used!: number;
  @Prop({ type: [SchemaFactory.createForClass(Hit)], required: true }) hits!: Hit[];
  /** By the account's clock. */
  @Prop({ type: Date, required: true }) createdAt!: Date;
}

export const FaultSchema = SchemaFactory.createForClass(Fault);
// GET /faults, newest first, and the faults that a request is compared with.
FaultSchema.index({ accountId: 1, _id: -1 });

/** The rule and the counters of a stored fault. */
export function stateOf({ rule, seen, used }: Pick<Fault, 'rule' | 'seen' | 'used'>): FaultState {
  return { ...(JSON.parse(rule) as FaultRule), seen, used };
}
