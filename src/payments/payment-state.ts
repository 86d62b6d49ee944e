import type { WorldSettings } from '../platform/worlds/world.js';
import type { Failure, Outcome } from '../simulation/outcome.js';
import type { PaymentEventType, PaymentStatus } from './payment-lifecycle.js';

/** Who made a change: a request, or the gateway itself when the payment was due. */
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
  /** The amount of the change, in minor units. */
  readonly amount: number;
  readonly cause: ChangeCause;
  /** The refund that the change is about; null for the payment itself. */
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

/** How long the gateway waits before it goes on by itself, in ms. */
export interface Delays {
  readonly authorizationMs: number;
  readonly refundMs: number;
}

export function delaysOf({ authorizationExpiresAfterSeconds, refundDelayMs }: WorldSettings): Delays {
  return { authorizationMs: authorizationExpiresAfterSeconds * 1000, refundMs: refundDelayMs };
}
