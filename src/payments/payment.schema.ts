import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { Failure, Outcome } from '../simulation/outcome.js';
import type { Channel } from '../simulation/test-values.js';
import { PAYMENT_STATUSES, type PaymentEventType, type PaymentStatus } from './payment-lifecycle.js';
import {
  CAPTURE_MODES,
  type CaptureMode,
  type ChangeCause,
  type HistoryItem,
  type PaymentState,
  REFUND_STATUSES,
  type RefundState,
  type RefundStatus,
  DISPUTE_REASONS,
  DISPUTE_STAGES,
  DISPUTE_STATUSES,
  type DisputeReason,
  type DisputeStage,
  type DisputeState,
  type DisputeStatus,
  type DisputeStep,
  type EvidenceState,
} from './payment-state.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ _id: false, strict: 'throw' })
export class Cause implements ChangeCause {
  @Prop({ type: String, required: true, enum: ['request', 'due_work'] }) by!: 'request' | 'due_work';
  @Prop({ type: String, default: null }) requestId!: string | null;
  /** Not set unless a request of the dialect had one. */
  @Prop({ type: String }) idempotencyKey?: string;
}

@Schema({ _id: false, strict: 'throw' })
export class DisputeStepEntry implements DisputeStep {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true, enum: DISPUTE_STAGES }) stage!: DisputeStage;
  @Prop({ type: String, required: true, enum: DISPUTE_STATUSES }) status!: DisputeStatus;
  @Prop({ type: Number, required: true, min: 0, validate: Number.isSafeInteger }) fee!: number;
  @Prop({ type: Date, required: true }) evidenceDueBy!: Date;
  @Prop({ type: String, default: null }) why!: string | null;
}

/** One change. The relay derives its event, copies and deliveries from this entry. */
@Schema({ _id: false, strict: 'throw' })
export class HistoryEntry implements HistoryItem {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) type!: PaymentEventType;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) from!: PaymentStatus | null;
  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES }) to!: PaymentStatus;
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: SchemaFactory.createForClass(Cause), required: true }) cause!: Cause;
  @Prop({ type: String, default: null }) refundId!: string | null;
  /** Not set for other changes. */
  @Prop({ type: SchemaFactory.createForClass(DisputeStepEntry) }) dispute?: DisputeStepEntry;
  /** Real time, by the clock of the process that wrote it; not set by version 1.0. */
  @Prop({ type: Date }) recordedAt?: Date;
}

@Schema({ _id: false, strict: 'throw', minimize: false })
export class EmbeddedRefund implements RefundState {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true, enum: REFUND_STATUSES }) status!: RefundStatus;
  @Prop({ type: String, default: null }) reason!: string | null;
  @Prop({ type: String, default: null }) orderReference!: string | null;
  @Prop({ type: Mixed, default: {} }) metadata!: Readonly<Record<string, string>>;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, default: null }) dueAt!: Date | null;
}

@Schema({ _id: false, strict: 'throw' })
export class EmbeddedEvidence implements EvidenceState {
  @Prop({ type: String, default: null }) revision!: string | null;
  @Prop({ type: Number, required: true }) changes!: number;
  @Prop({ type: [String], required: true }) fields!: string[];
  @Prop({ type: String, default: null, enum: ['win', 'lose', 'escalate', null] }) magic!: EvidenceState['magic'];
}

@Schema({ _id: false, strict: 'throw' })
export class EmbeddedDispute implements DisputeState {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true, enum: DISPUTE_REASONS }) reason!: DisputeReason;
  @Prop({ type: String, required: true, enum: DISPUTE_STAGES }) stage!: DisputeStage;
  @Prop({ type: String, required: true, enum: DISPUTE_STATUSES }) status!: DisputeStatus;
  @Prop({ type: Number, required: true, min: 0, validate: Number.isSafeInteger }) fee!: number;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) evidenceDueBy!: Date;
  @Prop({ type: SchemaFactory.createForClass(EmbeddedEvidence), required: true }) evidence!: EmbeddedEvidence;
  @Prop({ type: Date, default: null }) dueAt!: Date | null;
}

/** What a payment keeps of the card that was charged. */
@Schema({ _id: false, strict: 'throw' })
export class ChargedCard {
  @Prop({ type: String, required: true }) id!: string;
  @Prop({ type: String, required: true }) brand!: string;
  @Prop({ type: String, required: true }) last4!: string;
}

/** A payment; "transaction" in the v1 routes. Amounts are in minor units of `currency`. */
@Schema({ collection: 'payments', strict: 'throw', versionKey: false, minimize: false })
export class Payment implements PaymentState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: String, required: true, immutable: true }) customerName!: string;
  /** What searches find it by (search-keys.ts); payments of earlier versions get them in the background. */
  @Prop({ type: [String], default: undefined, immutable: true }) searchKeys?: string[];
  @Prop({ type: Number, required: true, immutable: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true, immutable: true }) currency!: string;
  /** The amount in ten-thousandths of a major unit: comparable between currencies. */
  @Prop({ type: Number, required: true, immutable: true, validate: Number.isSafeInteger }) comparableAmount!: number;
  @Prop({ type: String, default: null, immutable: true }) details!: string | null;
  @Prop({ type: String, default: null, immutable: true }) webhookUrl!: string | null;
  @Prop({ type: String, default: null, immutable: true }) orderReference!: string | null;
  @Prop({ type: Mixed, default: {}, immutable: true }) metadata!: Readonly<Record<string, string>>;
  /** One key for each pair of `metadata`, for look-ups (metadata-keys.ts); not set if there is no pair. */
  @Prop({ type: [String], default: undefined, immutable: true }) metadataKeys?: string[];
  @Prop({ type: SchemaFactory.createForClass(ChargedCard), default: null, immutable: true })
  paymentMethod!: ChargedCard | null;
  @Prop({ type: String, required: true, enum: CAPTURE_MODES, immutable: true }) capture!: CaptureMode;
  /** Decided when the payment was made, by the test value in `rule` if there was one. */
  @Prop({ type: Mixed, required: true, immutable: true }) outcome!: Outcome;
  @Prop({ type: Mixed, default: null, immutable: true }) rule!: {
    readonly channel: Channel;
    readonly value: string;
  } | null;
  /** Where the customer authenticates, and where the browser goes then. */
  @Prop({ type: String, default: null, immutable: true }) challengeUrl!: string | null;
  @Prop({ type: Date, default: null, immutable: true }) challengeExpiresAt!: Date | null;
  @Prop({ type: String, default: null, immutable: true }) returnUrl!: string | null;
  /** As the API shows it; not set unless the customer paid on the page of a checkout session. */
  @Prop({ type: String, immutable: true }) checkoutSessionId?: string;
  /** The intent that it is an attempt of, and the customer; not set for payments of our own API. */
  @Prop({ type: String, immutable: true }) paymentIntentId?: string;
  @Prop({ type: String, immutable: true }) customerId?: string;
  /** What the dialect shows besides; set if its account used the dialect when it was made. */
  @Prop({ type: Mixed }) dialect?: Readonly<Record<string, unknown>>;

  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES }) status!: PaymentStatus;
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) amountCaptured!: number;
  @Prop({ type: Number, required: true, validate: Number.isSafeInteger }) amountRefunded!: number;
  @Prop({ type: Mixed, default: null }) failure!: Failure | null;
  @Prop({ type: Date, default: null }) authorizationExpiresAt!: Date | null;
  @Prop({ type: [SchemaFactory.createForClass(EmbeddedRefund)], required: true }) refunds!: EmbeddedRefund[];
  @Prop({ type: [SchemaFactory.createForClass(EmbeddedDispute)], default: undefined }) disputes?: EmbeddedDispute[];
  @Prop({ type: Date }) disputesDueAt?: Date | null;
  @Prop({ type: Number, validate: Number.isSafeInteger }) fee?: number;
  @Prop({ type: Date }) availableOn?: Date;
  /** Counts the changes. A change is written only if the version is the one that was read. */
  @Prop({ type: Number, required: true }) version!: number;
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  /** When it was last changed. */
  @Prop({ type: Date, required: true }) updatedAt!: Date;
  /** When the gateway itself changes the payment next; the status says how. */
  @Prop({ type: Date }) dueAt?: Date;
  /** The virtual clock that `dueAt` goes by; not set for the real time. */
  @Prop({ type: String }) clockId?: string;
  /** Real time: due work is not tried again before, because it failed. */
  @Prop({ type: Date }) leaseUntil?: Date;
  @Prop({ type: [SchemaFactory.createForClass(HistoryEntry)], required: true }) history!: HistoryEntry[];
  /** Real time: when its deletion began. Nobody sees or changes it any more. */
  @Prop({ type: Date }) deletingAt?: Date;
  /** Real time of the latest change, by the clock of the process that made it. The relay reads by it after a crash. */
  @Prop({ type: Date, required: true }) changedAt!: Date;
}

/** Made by SearchKeysBackfill: of a large database it would delay the start. Also serves the filter `customerName`. */
export const SEARCH_INDEX = { accountId: 1, searchKeys: 1, _id: -1 } as const;
/** The index of earlier versions in place of it. */
export const CUSTOMER_NAME_INDEX = { accountId: 1, customerName: 1, _id: -1 } as const;
export const AMOUNT_INDEX = { accountId: 1, comparableAmount: 1, _id: 1 } as const;
export const ORDER_REFERENCE_INDEX = { accountId: 1, orderReference: 1, _id: -1 } as const;

export const PaymentSchema = SchemaFactory.createForClass(Payment);
// GET /payments/all and /payments/query, newest first.
PaymentSchema.index({ accountId: 1, _id: -1 });
// The first of these begins with the status, so that it also serves countByStatus over all accounts.
// /payments/query with `status`, `currency`, `sortBy=amount` or bounds on the amount, `orderReference`.
PaymentSchema.index({ status: 1, accountId: 1, _id: -1 });
PaymentSchema.index({ accountId: 1, currency: 1, _id: -1 });
PaymentSchema.index(AMOUNT_INDEX);
PaymentSchema.index(ORDER_REFERENCE_INDEX, { partialFilterExpression: { orderReference: { $gte: '' } } });
// GET /payments with `metadata[…]`.
PaymentSchema.index(
  { accountId: 1, metadataKeys: 1, _id: -1 },
  { partialFilterExpression: { metadataKeys: { $exists: true } } },
);
// The charges of an intent or a customer.
PaymentSchema.index(
  { accountId: 1, paymentIntentId: 1, _id: -1 },
  { partialFilterExpression: { paymentIntentId: { $exists: true } } },
);
PaymentSchema.index(
  { accountId: 1, customerId: 1, _id: -1 },
  { partialFilterExpression: { customerId: { $exists: true } } },
);
// What is due.
PaymentSchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
// What was changed since a time (PaymentStore.changedSince).
PaymentSchema.index({ changedAt: 1 });

/** The anonymous sums that remain of a captured payment that was deleted. */
@Schema({ collection: 'payment_tombstones', strict: 'throw', versionKey: false })
export class PaymentTombstone {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true }) accountId!: string;
  @Prop({ type: String, required: true }) currency!: string;
  @Prop({ type: String, required: true, enum: PAYMENT_STATUSES }) status!: PaymentStatus;
  @Prop({ type: Number, required: true }) amountCaptured!: number;
  @Prop({ type: Number, required: true }) amountRefunded!: number;
  /** In minor units: what the gateway took of the capture; not set by version 2.0. */
  @Prop({ type: Number }) fee?: number;
  /** In minor units: the amounts and fees of lost disputes; not set if there are none. */
  @Prop({ type: Number }) disputesLost?: number;
  @Prop({ type: Number }) disputeFees?: number;
  @Prop({ type: Date, required: true }) createdAt!: Date;
  @Prop({ type: Date, required: true }) deletedAt!: Date;
}

export const PaymentTombstoneSchema = SchemaFactory.createForClass(PaymentTombstone);
PaymentTombstoneSchema.index({ accountId: 1, _id: -1 });
