import type { PaymentState } from './payment-state.js';

/** When the gateway goes on with a captured payment: with a refund, a dispute, or the dispute of the test card. */
export function dueAtOf({
  refunds,
  disputes = [],
  disputesDueAt,
}: Pick<PaymentState, 'refunds' | 'disputes' | 'disputesDueAt'>): Date | undefined {
  const dues = [...refunds.map(({ dueAt }) => dueAt), ...disputes.map(({ dueAt }) => dueAt), disputesDueAt ?? null]
    .filter((dueAt) => dueAt !== null)
    .map((dueAt) => dueAt.getTime());
  return dues.length > 0 ? new Date(Math.min(...dues)) : undefined;
}
