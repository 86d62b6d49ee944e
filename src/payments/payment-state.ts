import type { WorldSettings } from '../platform/worlds/world.js';
import type { Failure, Outcome } from '../simulation/outcome.js';
import type { PaymentEventType, PaymentStatus } from './payment-lifecycle.js';

/** Who made a change: a request, or the gateway itself when the payment was due. */
export interface ChangeCause {
  readonly by: 'request' | 'due_work';
  readonly requestId: string | null;
  /** As the request sent it; only of requests of the dialect, which tells it. */
  readonly idempotencyKey?: string;
}

/** One change, stored by the same write that made it. */
export interface HistoryItem {
  readonly eventId: string;
  readonly type: PaymentEventType;
  readonly at: Date;
  readonly from: PaymentStatus | null;
  readonly to: PaymentStatus;
  /** The amount of the change, in minor units. */
  readonly amount: number;
  readonly cause: ChangeCause;
  /** The refund that the change is about; null for the payment itself. */
  readonly refundId: string | null;
  /** The dispute that the change is about, as it was after it; not set for others. */
  readonly dispute?: DisputeStep;
}

export const DISPUTE_REASONS = [
  'fraudulent',
  'product_not_received',
  'product_unacceptable',
  'duplicate',
  'credit_not_processed',
  'subscription_canceled',
  'unrecognized',
  'general',
] as const;
export type DisputeReason = (typeof DISPUTE_REASONS)[number];

/** In the order in which a dispute can go through them. */
export const DISPUTE_STAGES = ['inquiry', 'chargeback', 'pre_arbitration'] as const;
export type DisputeStage = (typeof DISPUTE_STAGES)[number];

export const DISPUTE_STATUSES = ['needs_response', 'under_review', 'won', 'lost', 'accepted', 'expired'] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** What an entry of the history says of its dispute: the state after the change. */
export interface DisputeStep {
  readonly id: string;
  readonly stage: DisputeStage;
  readonly status: DisputeStatus;
  /** In minor units: the fee that is held or was taken; 0 while it is an inquiry. */
  readonly fee: number;
  readonly evidenceDueBy: Date;
  /** For a person; null where the type says it all. */
  readonly why: string | null;
}

/** What the payment keeps of the evidence; its texts are stored elsewhere. */
export interface EvidenceState {
  /** The event id of the latest change; null if there is none. */
  readonly revision: string | null;
  /** How often it was changed. */
  readonly changes: number;
  /** The names of the fields that hold a text. */
  readonly fields: readonly string[];
  /** The outcome that a text asks for by a magic word. */
  readonly magic: 'win' | 'lose' | 'escalate' | null;
}

/** A dispute inside its payment. */
export interface DisputeState {
  readonly id: string;
  /** Minor units. */
  readonly amount: number;
  readonly reason: DisputeReason;
  readonly stage: DisputeStage;
  readonly status: DisputeStatus;
  /** In minor units; 0 while it is an inquiry. */
  readonly fee: number;
  readonly createdAt: Date;
  readonly evidenceDueBy: Date;
  readonly evidence: EvidenceState;
  /** When the gateway goes on with it: the deadline, or the outcome of the review. */
  readonly dueAt: Date | null;
}

/** Whether a payment is captured by itself, or by a request of the merchant. */
export const CAPTURE_MODES = ['automatic', 'manual'] as const;
export type CaptureMode = (typeof CAPTURE_MODES)[number];

export const REFUND_STATUSES = ['pending', 'completed', 'failed', 'canceled'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** A refund inside its payment. */
export interface RefundState {
  readonly id: string;
  /** Minor units. */
  readonly amount: number;
  readonly status: RefundStatus;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  /** When the gateway changes it next: a pending refund completes, a completed one fails. */
  readonly dueAt: Date | null;
}

/** What the rules of payments and refunds read and change. Amounts are in minor units of the currency. */
export interface PaymentState {
  readonly status: PaymentStatus;
  readonly amount: number;
  readonly currency: string;
  readonly amountCaptured: number;
  /** The sum of refunds that neither failed nor were canceled. */
  readonly amountRefunded: number;
  readonly capture: CaptureMode;
  readonly outcome: Outcome;
  readonly failure: Failure | null;
  /** When an authorization is voided unless it is captured; null if the payment was not authorized. */
  readonly authorizationExpiresAt: Date | null;
  readonly refunds: readonly RefundState[];
  /** Not set: none yet. */
  readonly disputes?: readonly DisputeState[];
  /** When the dispute or warning of the test card comes; null once it came, not set if none does. */
  readonly disputesDueAt?: Date | null;
  /** What the gateway took of the capture, in minor units; not set before the capture. */
  readonly fee?: number;
  /** When the captured funds are available; not set before the capture. */
  readonly availableOn?: Date;
  readonly dueAt?: Date;
}

/** New values and the history entries that belong to them: one write. `dueAt` is always set; undefined means never. */
export interface Change {
  readonly set: Partial<Omit<PaymentState, 'dueAt'>> & { readonly dueAt: Date | undefined };
  readonly entries: readonly HistoryItem[];
}

/** The time, cause and ids of a change, which rules are given from outside. */
export interface ChangeContext {
  readonly at: Date;
  readonly cause: ChangeCause;
  /** The id of the first entry's event. */
  readonly eventId: string;
  /** Makes the ids of further entries' events. */
  readonly nextEventId: () => string;
}

/** What holds for the payments of an account: how long the gateway waits before it goes on, in ms, and what it takes. */
export interface Terms {
  readonly authorizationMs: number;
  readonly refundMs: number;
  readonly disputeMs: number;
  readonly reviewMs: number;
  /** As in FEES. */
  readonly fees: string;
  /** In business days. */
  readonly settlementDays: number;
}

export function termsOf(settings: WorldSettings): Terms {
  return {
    authorizationMs: settings.authorizationExpiresAfterSeconds * 1000,
    refundMs: settings.refundDelayMs,
    disputeMs: settings.disputeDelayMs,
    reviewMs: settings.disputeReviewMs,
    fees: settings.fees,
    settlementDays: settings.settlementDelayDays,
  };
}
