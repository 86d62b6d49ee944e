import { AmountTooLargeError, RefundNotPendingError } from './payment-errors.js';
import { nextStatus, type PaymentEventType, type PaymentStatus } from './payment-lifecycle.js';
import type { Change, HistoryItem, Moment, PaymentState, RefundState, RefundStatus, Waits } from './payment-state.js';

/** A refund that is asked for. */
export interface NewRefund {
  readonly id: string;
  /** Minor units; all that is left where it is not given. */
  readonly amount: number | null;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

const EVENTS: Record<RefundStatus, PaymentEventType> = {
  pending: 'refund.created',
  completed: 'refund.completed',
  failed: 'refund.failed',
  canceled: 'refund.canceled',
};

const sum = (refunds: readonly RefundState[], statuses: readonly RefundStatus[]): number =>
  refunds.filter(({ status }) => statuses.includes(status)).reduce((total, { amount }) => total + amount, 0);

/** What can still be refunded. */
export function refundable({ amountCaptured, amountRefunded }: PaymentState): number {
  return amountCaptured - amountRefunded;
}

/** Throws IllegalTransitionError, AmountTooLargeError. */
export function refunded(payment: PaymentState, { id, amount: asked, reason, orderReference, metadata }: NewRefund, moment: Moment, { refundMs }: Waits): Change {
  nextStatus(payment.status, 'refund');
  const left = refundable(payment);
  const amount = asked ?? left;
  if (amount > left || amount <= 0) throw new AmountTooLargeError('refunded', left);
  const { at } = moment;
  const behaviour = payment.outcome.refunds;
  const later = new Date(at.getTime() + refundMs);
  const pending: RefundState = { id, amount, status: 'pending', reason, orderReference, metadata, createdAt: at, dueAt: behaviour === 'pending' ? later : null };
  const created = [...payment.refunds, pending];
  if (behaviour === 'pending') return change(payment, created, [{ refund: pending, to: 'pending' }], moment);
  const completed: RefundState = { ...pending, status: 'completed', dueAt: behaviour === 'fails_later' ? later : null };
  return change(payment, replaced(created, completed), [{ refund: pending, to: 'pending' }, { refund: pending, to: 'completed' }], moment);
}

/** Throws RefundNotPendingError. */
export function refundCanceled(payment: PaymentState, id: string, moment: Moment): Change {
  const refund = payment.refunds.find((each) => each.id === id);
  if (refund?.status !== 'pending') throw new RefundNotPendingError(id, refund?.status ?? 'unknown');
  return change(payment, replaced(payment.refunds, { ...refund, status: 'canceled', dueAt: null }), [{ refund, to: 'canceled' }], moment);
}

/** Pending refunds that are due complete, completed ones that are due fail and give their amount back. */
export function settleDueRefunds(payment: PaymentState, moment: Moment): Change {
  const due = payment.refunds.filter(({ dueAt }) => dueAt !== null && dueAt <= moment.at);
  const steps = due.map((refund) => ({ refund, to: refund.status === 'pending' ? ('completed' as const) : ('failed' as const) }));
  const refunds = steps.reduce((all, { refund, to }) => replaced(all, { ...refund, status: to, dueAt: null }), payment.refunds);
  return change(payment, refunds, steps, moment);
}

function replaced(refunds: readonly RefundState[], refund: RefundState): readonly RefundState[] {
  return refunds.map((each) => (each.id === refund.id ? refund : each));
}

function change(payment: PaymentState, refunds: readonly RefundState[], steps: readonly { refund: RefundState; to: RefundStatus }[], { at, cause, eventId, nextEventId }: Moment): Change {
  const status: PaymentStatus = sum(refunds, ['completed']) === payment.amountCaptured ? 'refunded' : 'completed';
  const dues = refunds.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt.getTime()]));
  const entries = steps.map(({ refund, to }, index): HistoryItem => {
    const last = index === steps.length - 1;
    return { eventId: index === 0 ? eventId : nextEventId(), type: EVENTS[to], at, from: payment.status, to: last ? status : payment.status, amount: refund.amount, cause, refundId: refund.id };
  });
  return { set: { status, refunds, amountRefunded: sum(refunds, ['pending', 'completed']), dueAt: dues.length > 0 ? new Date(Math.min(...dues)) : undefined }, entries };
}
