import { publicId } from '../platform/worlds/world-ids.js';
import { Money } from '../platform/common/money.js';
import { amountDisputed } from './disputed-amount.js';
import { AmountTooLargeError, RefundNotPendingError, TooManyRefundsError } from './payment-errors.js';
import { assertAllowed, MOVES, nextStatus, type PaymentMove, type PaymentStatus } from './payment-lifecycle.js';
import { dueAtOf } from './payment-dues.js';
import type {
  Change,
  HistoryItem,
  ChangeContext,
  PaymentState,
  RefundState,
  RefundStatus,
  Terms,
} from './payment-state.js';

/** A requested refund. */
export interface NewRefund {
  readonly id: string;
  /** In minor units; null refunds all that is left. */
  readonly amount: number | null;
  readonly reason: string | null;
  readonly orderReference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** The time of its id, so that the ids of a time are a range. */
  readonly createdAt: Date;
}

/** Even with the longest texts, a payment with so many refunds stays far below the 16 MB limit of a document. */
export const MAX_REFUNDS = 100;

const MOVE_TO: Record<RefundStatus, PaymentMove> = {
  pending: 'create_refund',
  completed: 'complete_refund',
  failed: 'fail_refund',
  canceled: 'cancel_refund',
};

const sum = (refunds: readonly RefundState[], statuses: readonly RefundStatus[]): number =>
  refunds.filter(({ status }) => statuses.includes(status)).reduce((total, { amount }) => total + amount, 0);

/** What can still be refunded, and what can still be disputed: a disputed part is neither, unless it was won. */
export function refundable(payment: PaymentState): number {
  return payment.amountCaptured - payment.amountRefunded - amountDisputed(payment);
}

/** Throws IllegalTransitionError, TooManyRefundsError, AmountTooLargeError. */
export function decideRefund(
  payment: PaymentState,
  { id, amount: asked, reason, orderReference, metadata, createdAt }: NewRefund,
  context: ChangeContext,
  { refundMs }: Terms,
): Change {
  assertAllowed(payment.status, 'refunds');
  if (payment.refunds.length >= MAX_REFUNDS) throw new TooManyRefundsError(MAX_REFUNDS);
  const left = refundable(payment);
  const amount = asked ?? left;
  if (amount > left || amount <= 0) throw AmountTooLargeError.ofRefund(Money.ofMinor(left, payment.currency));
  const { at } = context;
  const behaviour = payment.outcome.refunds;
  const later = new Date(at.getTime() + refundMs);
  const pending: RefundState = {
    id,
    amount,
    status: 'pending',
    reason,
    orderReference,
    metadata,
    createdAt,
    dueAt: behaviour === 'pending' ? later : null,
  };
  const completed: RefundState = { ...pending, status: 'completed', dueAt: behaviour === 'fails_later' ? later : null };
  const created = { refund: pending, after: pending };
  return change(
    payment,
    [...payment.refunds, pending],
    behaviour === 'pending' ? [created] : [created, { refund: pending, after: completed }],
    context,
  );
}

/** Throws RefundNotPendingError. */
export function decideRefundCancellation(payment: PaymentState, id: string, context: ChangeContext): Change {
  const refund = payment.refunds.find((each) => each.id === id);
  if (refund?.status !== 'pending') throw new RefundNotPendingError(publicId(id), refund?.status ?? 'unknown');
  return change(payment, payment.refunds, [{ refund, after: { ...refund, status: 'canceled', dueAt: null } }], context);
}

/** Completes pending refunds that are due, and fails completed ones that are due. */
export function decideDueRefunds(payment: PaymentState, context: ChangeContext): Change {
  const due = payment.refunds.filter(({ dueAt }) => dueAt !== null && dueAt <= context.at);
  const steps = due.map((refund) => ({
    refund,
    after: {
      ...refund,
      status: refund.status === 'pending' ? ('completed' as const) : ('failed' as const),
      dueAt: null,
    },
  }));
  return change(payment, payment.refunds, steps, context);
}

function replaced(refunds: readonly RefundState[], refund: RefundState): readonly RefundState[] {
  return refunds.map((each) => (each.id === refund.id ? refund : each));
}

/** Applies the steps one after another, so that each entry has the status before and after it. */
function change(
  payment: PaymentState,
  before: readonly RefundState[],
  steps: readonly { refund: RefundState; after: RefundState }[],
  { at, cause, eventId, nextEventId }: ChangeContext,
): Change {
  let refunds = before;
  let status = payment.status;
  const entries = steps.map(({ refund, after }, index): HistoryItem => {
    const from = status;
    refunds = replaced(refunds, after);
    const move = MOVE_TO[after.status];
    status = nextStatus(from, move, statusAfter(refunds, payment.amountCaptured));
    return {
      eventId: index === 0 ? eventId : nextEventId(),
      type: MOVES[move].event,
      at,
      from,
      to: status,
      amount: refund.amount,
      cause,
      refundId: refund.id,
    };
  });
  return {
    set: {
      status,
      refunds,
      amountRefunded: sum(refunds, ['pending', 'completed']),
      dueAt: dueAtOf({ ...payment, refunds }),
    },
    entries,
  };
}

function statusAfter(refunds: readonly RefundState[], amountCaptured: number): PaymentStatus {
  return sum(refunds, ['completed']) === amountCaptured ? 'refunded' : 'completed';
}
