import { bankAccountOf } from '../simulation/bank-accounts.js';
import { PayoutNotPendingError } from './payout-errors.js';
import type { PayoutChange, PayoutState } from './payout-state.js';

/** How long a payout is pending, and then in transit, in ms. */
export const STEP_MS = 86_400_000;

/** When a payout that is made now arrives. */
export function arrivalOf(createdAt: Date): Date {
  return new Date(createdAt.getTime() + 2 * STEP_MS);
}

/** What the gateway does with a payout that is due; null if nothing. */
export function decideDue({ status, bankAccount }: PayoutState, at: Date): PayoutChange | null {
  if (status === 'pending') return { status: 'in_transit', dueAt: new Date(at.getTime() + STEP_MS), event: null };
  if (status !== 'in_transit') return null;
  const failure = bankAccountOf(bankAccount)?.failure ?? null;
  return failure
    ? { status: 'failed', dueAt: null, event: 'payout.failed' }
    : { status: 'paid', dueAt: null, event: 'payout.paid' };
}

/** Throws PayoutNotPendingError. */
export function decideCancellation({ status }: PayoutState, id: string): PayoutChange {
  if (status !== 'pending') throw new PayoutNotPendingError(id, status);
  return { status: 'canceled', dueAt: null, event: 'payout.canceled' };
}
