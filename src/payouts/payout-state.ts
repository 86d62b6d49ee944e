export const PAYOUT_STATUSES = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

/** Nobody sees these: the balance has not been asked yet, or it was too small. */
export const HIDDEN_STATUSES = ['requested', 'refused'] as const;
export type StoredPayoutStatus = PayoutStatus | (typeof HIDDEN_STATUSES)[number];

export const PAYOUT_EVENTS = ['payout.created', 'payout.paid', 'payout.failed', 'payout.canceled'] as const;
export type PayoutEventType = (typeof PAYOUT_EVENTS)[number];

/** One change that is told and posted. */
export interface PayoutHistoryItem {
  readonly eventId: string;
  readonly type: PayoutEventType;
  readonly at: Date;
  readonly requestId: string | null;
}

/** What the rules of payouts read. */
export interface PayoutState {
  readonly status: StoredPayoutStatus;
  readonly bankAccount: string;
}

/** A change; `dueAt` null means that the gateway does nothing more. */
export interface PayoutChange {
  readonly status: PayoutStatus;
  readonly dueAt: Date | null;
  /** Null where nobody is told. */
  readonly event: PayoutEventType | null;
}
