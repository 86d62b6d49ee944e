import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { BANK_ACCOUNT_TOKENS } from '../simulation/bank-accounts.js';
import {
  HIDDEN_STATUSES,
  PAYOUT_EVENTS,
  PAYOUT_STATUSES,
  type PayoutEventType,
  type PayoutHistoryItem,
  type PayoutState,
  type StoredPayoutStatus,
} from './payout-state.js';

@Schema({ _id: false, strict: 'throw' })
export class PayoutHistoryEntry implements PayoutHistoryItem {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true, enum: PAYOUT_EVENTS }) type!: PayoutEventType;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) requestId!: string | null;
}

/** A change of what describes a payout, until it is told. */
@Schema({ _id: false, strict: 'throw' })
export class PayoutAmendment {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) requestId!: string | null;
  /** The metadata before and after it. */
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) before!: Readonly<Record<string, string>>;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) after!: Readonly<Record<string, string>>;
}

/** Money on its way from the available balance to a bank account. */
@Schema({ collection: 'payouts', strict: 'throw', versionKey: false, minimize: false })
export class Payout implements PayoutState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true, enum: [...PAYOUT_STATUSES, ...HIDDEN_STATUSES] }) status!: StoredPayoutStatus;
  /** In minor units. */
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true, enum: BANK_ACCOUNT_TOKENS }) bankAccount!: string;
  @Prop({ type: String, default: null }) description!: string | null;
  @Prop({ type: MongooseSchema.Types.Mixed, default: {} }) metadata!: Readonly<Record<string, string>>;
  /** What an adapter shows besides. */
  @Prop({ type: MongooseSchema.Types.Mixed }) dialect?: Readonly<Record<string, unknown>>;
  @Prop({ type: [SchemaFactory.createForClass(PayoutAmendment)], default: undefined }) amendments?: PayoutAmendment[];
  /** Whether the schedule made it. */
  @Prop({ type: Boolean, required: true }) automatic!: boolean;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  @Prop({ type: Date, required: true }) arrivalDate!: Date;
  @Prop({ type: [SchemaFactory.createForClass(PayoutHistoryEntry)], required: true }) history!: PayoutHistoryEntry[];
  /** Counts the changes. */
  @Prop({ type: Number, required: true }) version!: number;
  /** When the gateway goes on with it. */
  @Prop({ type: Date }) dueAt?: Date;
  /** The virtual clock that `dueAt` goes by; not set for the real time. */
  @Prop({ type: String }) clockId?: string;
  @Prop({ type: Date }) leaseUntil?: Date;
  /** Real time: then others post and tell what the process that changed it has not. Not set: all is done. */
  @Prop({ type: Date }) repairAt?: Date;
  /** Real time: when a payout that was refused is removed. */
  @Prop({ type: Date }) purgeAt?: Date;
}

export const PayoutSchema = SchemaFactory.createForClass(Payout);
// GET /payouts, newest first, and its filter.
PayoutSchema.index({ accountId: 1, _id: -1 });
PayoutSchema.index({ accountId: 1, status: 1, _id: -1 });
PayoutSchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
// What a read of the balance finishes first; what an interrupted process left.
PayoutSchema.index({ accountId: 1, repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
PayoutSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });

PayoutSchema.index({ purgeAt: 1 }, { expireAfterSeconds: 0 });

/** When all that is available is paid out, in one currency of an account. */
@Schema({ collection: 'payout_schedules', strict: 'throw', versionKey: false })
export class PayoutSchedule {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true }) interval!: string;
  /** The next payout; not set if the interval is `manual`. */
  @Prop({ type: Date }) dueAt?: Date;
  @Prop({ type: String }) clockId?: string;
  @Prop({ type: Date }) leaseUntil?: Date;
}

export const PayoutScheduleSchema = SchemaFactory.createForClass(PayoutSchedule);
PayoutScheduleSchema.index({ accountId: 1, currency: 1 });
PayoutScheduleSchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
