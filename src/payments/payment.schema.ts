import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { PAYMENT_STATUSES, type PaymentEventType, type PaymentStatus } from './payment-lifecycle.js';

/** What made a change: a request, or the gateway itself when the payment was due. */
@Schema({ _id: false, strict: 'throw' })
export class Cause {
  @Prop({ type: String, required: true, enum: ['request', 'due_work'] }) by!: 'request' | 'due_work';
  @Prop({ type: String, default: null }) requestId!: string | null;
}

/** One change, stored by the same write that made it. What follows from it is derived from this entry. */
@Schema({ _id: false, strict: 'throw' })
export class HistoryEntry {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) type!: PaymentEventType;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) from!: PaymentStatus | null;
  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES }) to!: PaymentStatus;
  /** Minor units that the change moved. */
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: SchemaFactory.createForClass(Cause), required: true }) cause!: Cause;
}

/** An amount that a customer owes the account's owner; "transaction" in the v1 routes. */
@Schema({ collection: 'payments', strict: 'throw', versionKey: false })
export class Payment {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true, immutable: true }) customerName!: string;
  /** Minor units of `currency`. */
  @Prop({ type: Number, required: true, immutable: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true, immutable: true }) currency!: string;
  /** Ten-thousandths of a major unit: what amounts are compared by, whatever their currency. */
  @Prop({ type: Number, required: true, immutable: true, validate: Number.isSafeInteger }) comparableAmount!: number;
  @Prop({ type: String, default: null, immutable: true }) details!: string | null;
  @Prop({ type: String, default: null, immutable: true }) webhookUrl!: string | null;
  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES }) status!: PaymentStatus;
  /** Counts the changes; every change is conditional on the one it read. */
  @Prop({ type: Number, required: true }) version!: number;
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  /** When the gateway itself moves the payment next; what it does then follows from the status. */
  @Prop({ type: Date }) dueAt?: Date;
  @Prop({ type: [SchemaFactory.createForClass(HistoryEntry)], required: true }) history!: HistoryEntry[];
  /** How many entries of the history have been relayed. */
  @Prop({ type: Number, required: true }) relayed!: number;
  /** Since when entries wait for the relay; not set when none do. */
  @Prop({ type: Date }) relayAt?: Date;
}

export const PaymentSchema = SchemaFactory.createForClass(Payment);
PaymentSchema.index({ accountId: 1, _id: -1 });
PaymentSchema.index({ accountId: 1, status: 1, _id: -1 });
PaymentSchema.index({ accountId: 1, currency: 1, _id: -1 });
PaymentSchema.index({ accountId: 1, customerName: 1, _id: -1 });
PaymentSchema.index({ accountId: 1, comparableAmount: 1, _id: 1 });
PaymentSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
PaymentSchema.index({ relayAt: 1 }, { partialFilterExpression: { relayAt: { $exists: true } } });
PaymentSchema.index({ status: 1 });
