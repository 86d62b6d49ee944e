import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { CAPTURE_MODES, type CaptureMode } from '../payments/payment-state.js';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payments/payment-lifecycle.js';
import {
  ATTEMPT_STATES,
  type AttemptState,
  CHECKOUT_EVENTS,
  CHECKOUT_METHODS,
  CHECKOUT_STATUSES,
  type CheckoutAttempt,
  type CheckoutEventType,
  type CheckoutHistoryItem,
  type CheckoutMethod,
  type CheckoutState,
  type CheckoutStatus,
  type LineItem,
  type SessionIntent,
} from './checkout-state.js';

const { Mixed } = MongooseSchema.Types;

@Schema({ _id: false, strict: 'throw' })
export class StoredLineItem implements LineItem {
  @Prop({ type: String, required: true }) name!: string;
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: Number, required: true, min: 1, validate: Number.isSafeInteger }) quantity!: number;
}

@Schema({ _id: false, strict: 'throw' })
export class StoredAttempt implements CheckoutAttempt {
  @Prop({ type: Number, required: true }) number!: number;
  @Prop({ type: String, required: true, enum: ATTEMPT_STATES }) state!: AttemptState;
  @Prop({ type: String, required: true, enum: CHECKOUT_METHODS }) method!: CheckoutMethod;
  @Prop({ type: String, required: true }) customerName!: string;
  @Prop({ type: String, default: null }) testToken!: string | null;
  @Prop({ type: String, default: null }) simulate!: string | null;
  @Prop({ type: String, required: true }) requestBase!: string;
  @Prop({ type: String }) paymentMethodId?: string;
  @Prop({ type: String, required: true }) paymentId!: string;
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true }) requestId!: string;
  @Prop({ type: String, enum: [...PAYMENT_STATUSES, null], default: null }) paymentStatus!: PaymentStatus | null;
  @Prop({ type: String, default: null }) failure!: string | null;
}

/** What merchants are told of. The event is made from this entry and what never changes of the session. */
@Schema({ _id: false, strict: 'throw' })
export class CheckoutHistoryEntry implements CheckoutHistoryItem {
  @Prop({ type: String, required: true }) eventId!: string;
  @Prop({ type: String, required: true, enum: CHECKOUT_EVENTS }) type!: CheckoutEventType;
  @Prop({ type: Date, required: true }) at!: Date;
  @Prop({ type: String, default: null }) requestId!: string | null;
  @Prop({ type: Number, required: true }) attempts!: number;
  @Prop({ type: String, required: true, enum: CHECKOUT_STATUSES }) status!: CheckoutStatus;
  @Prop({ type: String, default: null }) paymentId!: string | null;
  @Prop({ type: String, enum: [...PAYMENT_STATUSES, null], default: null }) paymentStatus!: PaymentStatus | null;
}

/** An order that a customer pays on a page of the gateway. Amounts are in minor units of `currency`. */
@Schema({ collection: 'checkout_sessions', strict: 'throw', versionKey: false, minimize: false })
export class CheckoutSession implements CheckoutState {
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ type: String, required: true, immutable: true }) accountId!: string;
  @Prop({ type: Number, required: true, immutable: true, min: 1, validate: Number.isSafeInteger }) amount!: number;
  @Prop({ type: String, required: true, immutable: true }) currency!: string;
  @Prop({ type: [SchemaFactory.createForClass(StoredLineItem)], required: true }) lineItems!: StoredLineItem[];
  @Prop({ type: String, default: null, immutable: true }) customerName!: string | null;
  /** As they were sent, with the placeholder for the id. */
  @Prop({ type: String, required: true, immutable: true }) successUrl!: string;
  @Prop({ type: String, required: true, immutable: true }) cancelUrl!: string;
  @Prop({ type: String, default: null, immutable: true }) orderReference!: string | null;
  @Prop({ type: Mixed, default: {}, immutable: true }) metadata!: Readonly<Record<string, string>>;
  @Prop({ type: String, required: true, enum: CAPTURE_MODES, immutable: true }) capture!: CaptureMode;
  @Prop({ type: Mixed, immutable: true }) intent?: SessionIntent;
  @Prop({ type: String }) paymentIntentId?: string;
  /** The id that stands in the merchant's URLs, if that is not its own. */
  @Prop({ type: String, immutable: true }) shownId?: string;
  /** What the dialect shows of it besides; set if the dialect made it. */
  @Prop({ type: Mixed }) dialect?: Readonly<Record<string, unknown>>;
  /** Where the customer pays. */
  @Prop({ type: String, required: true, immutable: true }) url!: string;
  /** This and the times below are by the account's clock. */
  @Prop({ type: Date, required: true, immutable: true }) createdAt!: Date;
  @Prop({ type: Date, required: true, immutable: true }) expiresAt!: Date;

  @Prop({ type: String, required: true, enum: CHECKOUT_STATUSES }) status!: CheckoutStatus;
  @Prop({ type: SchemaFactory.createForClass(StoredAttempt), default: null }) attempt!: StoredAttempt | null;
  @Prop({ type: Date, default: null }) completedAt!: Date | null;
  @Prop({ type: Date, default: null }) expiredAt!: Date | null;
  @Prop({ type: [SchemaFactory.createForClass(CheckoutHistoryEntry)], required: true })
  history!: CheckoutHistoryEntry[];
  /** Counts the changes. A change is written only if the version is the one that was read. */
  @Prop({ type: Number, required: true }) version!: number;
  /** When it expires by itself. */
  @Prop({ type: Date }) dueAt?: Date;
  /** The virtual clock that `dueAt` goes by; not set for the real time. */
  @Prop({ type: String }) clockId?: string;
  /** Real time: due work is not tried again before, because it failed. */
  @Prop({ type: Date }) leaseUntil?: Date;
  /**
   * Real time: when due work makes the payment of the attempt, or publishes the events of `history`, unless the process
   * that wrote this has done so; not set if nothing is left to do.
   */
  @Prop({ type: Date }) repairAt?: Date;
}

export const CheckoutSessionSchema = SchemaFactory.createForClass(CheckoutSession);
// GET /checkout/sessions, newest first, and its filters.
CheckoutSessionSchema.index({ accountId: 1, _id: -1 });
CheckoutSessionSchema.index({ accountId: 1, status: 1, _id: -1 });
CheckoutSessionSchema.index(
  { accountId: 1, orderReference: 1, _id: -1 },
  { partialFilterExpression: { orderReference: { $gte: '' } } },
);
CheckoutSessionSchema.index(
  { accountId: 1, 'attempt.paymentId': 1, _id: -1 },
  { partialFilterExpression: { 'attempt.paymentId': { $gte: '' } } },
);
CheckoutSessionSchema.index(
  { accountId: 1, paymentIntentId: 1, _id: -1 },
  { partialFilterExpression: { paymentIntentId: { $gte: '' } } },
);
CheckoutSessionSchema.index(
  { accountId: 1, 'intent.customerId': 1, _id: -1 },
  { partialFilterExpression: { 'intent.customerId': { $gte: '' } } },
);
// What expires, and what a crash left behind.
CheckoutSessionSchema.index({ clockId: 1, dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
CheckoutSessionSchema.index({ repairAt: 1 }, { partialFilterExpression: { repairAt: { $exists: true } } });
