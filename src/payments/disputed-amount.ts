import type { DisputeState, PaymentState } from './payment-state.js';

type Disputed = Pick<PaymentState, 'disputes'>;

/** Whether a dispute still waits for the merchant or for its outcome. */
export function isOpen({ status }: Pick<DisputeState, 'status'>): boolean {
  return status === 'needs_response' || status === 'under_review';
}

/** Whether the customer keeps the money. An inquiry moved none, however it ended. */
export function isLost({ stage, status }: Pick<DisputeState, 'stage' | 'status'>): boolean {
  return stage !== 'inquiry' && (status === 'lost' || status === 'accepted' || status === 'expired');
}

const sumOf = (disputes: readonly DisputeState[]): number => disputes.reduce((total, { amount }) => total + amount, 0);

/** What can be neither refunded nor disputed again, in minor units: the parts of open and of lost disputes. */
export function amountDisputed({ disputes = [] }: Disputed): number {
  return sumOf(disputes.filter((dispute) => isOpen(dispute) || isLost(dispute)));
}

/** What lost disputes gave back to the customer, in minor units. */
export function amountLost({ disputes = [] }: Disputed): number {
  return sumOf(disputes.filter(isLost));
}

/** The fees of lost disputes, in minor units. */
export function disputeFeesLost({ disputes = [] }: Disputed): number {
  return disputes.filter(isLost).reduce((total, { fee }) => total + fee, 0);
}
