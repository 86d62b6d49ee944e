import type { Failure, Outcome } from '../simulation/outcome.js';
import type { PaymentEventType, PaymentStatus } from './payment-lifecycle.js';

/** What made a change: a request, or the gateway itself when the payment was due. */
export interface ChangeCause {
  readonly by: 'request' | 'due_work';
  readonly requestId: string | null;
}

/** One change, stored by the same write that made it. */
export interface HistoryItem {
  readonly eventId: string;
  readonly type: PaymentEventType;
  readonly at: Date;
  readonly from: PaymentStatus | null;
  readonly to: PaymentStatus;
  /** Minor units that the change moved. */
  readonly amount: number;
  readonly cause: ChangeCause;
  /** The refund that it is about. */
  readonly refundId: string | null;
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
  /** When the gateway moves it next: a pending one completes, a completed one fails. */
  readonly dueAt: Date | null;
}

/** What the rules of payments and refunds look at and change. All amounts in minor units of one currency. */
export interface PaymentState {
  readonly status: PaymentStatus;
  readonly amount: number;
  readonly currency: string;
  readonly amountCaptured: number;
  /** Of refunds that neither failed nor were canceled. */
  readonly amountRefunded: number;
  readonly capture: CaptureMode;
  readonly outcome: Outcome;
  readonly failure: Failure | null;
  /** When an authorization is voided unless it is captured; null if the payment was not authorized. */
  readonly authorizationExpiresAt: Date | null;
  readonly refunds: readonly RefundState[];
  readonly dueAt?: Date;
}

/** What changes, and the history that tells of it: one write. `dueAt` is always said; undefined is none. */
export interface Change {
  readonly set: Partial<Omit<PaymentState, 'dueAt'>> & { readonly dueAt: Date | undefined };
  readonly entries: readonly HistoryItem[];
}

/** The time, cause and ids of a change, which rules are given from outside. */
export interface ChangeContext {
  readonly at: Date;
  readonly cause: ChangeCause;
  /** Of the first entry. */
  readonly eventId: string;
  /** Of entries after the first. */
  readonly nextEventId: () => string;
}

/** How long the gateway waits before it goes on by itself, in ms. */
export interface Delays {
  readonly authorizationMs: number;
  readonly refundMs: number;
}
