import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { BalanceState, PendingDay } from './balance-state.js';
import { PostedEntry } from './ledger-entry.schema.js';

/** Entries whose funds a `funds_available` with this number makes available. */
@Schema({ _id: false, strict: 'throw' })
export class Release {
  @Prop({ type: Date, required: true }) day!: Date;
  @Prop({ type: String, required: true }) firstId!: string;
  @Prop({ type: String, required: true }) lastId!: string;
  @Prop({ type: Number, required: true }) sequence!: number;
}

@Schema({ _id: false, strict: 'throw' })
export class StoredPendingDay implements PendingDay {
  @Prop({ type: Date, required: true }) day!: Date;
  @Prop({ type: String, required: true }) amount!: string;
  @Prop({ type: String, required: true }) firstId!: string;
  @Prop({ type: String, required: true }) lastId!: string;
}

/** What an account holds in one currency: the sums of the first `sequence` entries. */
@Schema({ collection: 'balances', strict: 'throw', versionKey: false, minimize: false })
export class Balance implements BalanceState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: MongooseSchema.Types.Mixed, required: true }) sums!: BalanceState['sums'];
  @Prop({ type: [SchemaFactory.createForClass(StoredPendingDay)], required: true }) pendingDays!: StoredPendingDay[];
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) sequence!: number;
  @Prop({ type: Number, validate: Number.isSafeInteger }) lastPayout?: number;
  /** The entries that were folded last: stored with the sums by one write, then in their own collection. */
  @Prop({ type: [SchemaFactory.createForClass(PostedEntry)], required: true }) outbox!: PostedEntry[];
  /** What belongs to the outbox if it is a `funds_available`. */
  @Prop({ type: SchemaFactory.createForClass(Release), default: null }) release!: Release | null;
  /** Counts the changes. */
  @Prop({ type: Number, required: true }) version!: number;
  /** When pending funds become available next; not set if there are none. */
  @Prop({ type: Date }) dueAt?: Date;
  /** The virtual clock that `dueAt` goes by; not set for the real time. */
  @Prop({ type: String }) clockId?: string;
  @Prop({ type: Date }) leaseUntil?: Date;
}

export const BalanceSchema = SchemaFactory.createForClass(Balance);
// GET /balance.
BalanceSchema.index({ accountId: 1, currency: 1 });
// What is due.
BalanceSchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
