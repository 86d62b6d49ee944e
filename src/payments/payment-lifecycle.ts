import { IllegalTransitionError } from './payment-errors.js';

export const PAYMENT_STATUSES = [
  'pending',
  'requires_action',
  'authorized',
  'completed',
  'refunded',
  'voided',
  'canceled',
  'failed',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

interface Move {
  readonly from: readonly PaymentStatus[];
  /** The status afterwards. Where there are two, the refunded sum decides (refund-rules.ts). */
  readonly to: readonly [PaymentStatus, ...PaymentStatus[]];
  /** The event that is published. */
  readonly event: string;
}

/** Every move a payment can make; what is not listed is illegal. */
export const MOVES = {
  challenge: { from: ['pending'], to: ['requires_action'], event: 'payment.requires_action' },
  authorize: { from: ['pending', 'requires_action'], to: ['authorized'], event: 'payment.authorized' },
  complete: { from: ['pending', 'requires_action'], to: ['completed'], event: 'payment.completed' },
  capture: { from: ['authorized'], to: ['completed'], event: 'payment.completed' },
  void: { from: ['authorized'], to: ['voided'], event: 'payment.voided' },
  cancel: { from: ['pending', 'requires_action'], to: ['canceled'], event: 'payment.canceled' },
  fail: { from: ['pending', 'requires_action'], to: ['failed'], event: 'payment.failed' },
  create_refund: { from: ['completed'], to: ['completed'], event: 'refund.created' },
  complete_refund: { from: ['completed'], to: ['completed', 'refunded'], event: 'refund.completed' },
  cancel_refund: { from: ['completed'], to: ['completed'], event: 'refund.canceled' },
  fail_refund: { from: ['completed', 'refunded'], to: ['completed'], event: 'refund.failed' },
} as const satisfies Record<string, Move>;

export type PaymentMove = keyof typeof MOVES;

/** Events about disputes of a payment, whose status stays as it is. */
export const DISPUTE_EVENTS = [
  'dispute.created',
  'dispute.funds_withdrawn',
  'dispute.updated',
  'dispute.funds_reinstated',
  'dispute.closed',
  'fraud_warning.created',
] as const;
export type DisputeEventType = (typeof DISPUTE_EVENTS)[number];

export function isDisputeEvent(type: string): type is DisputeEventType {
  return DISPUTE_EVENTS.some((each) => each === type);
}

/** The types of events in the history of a payment. */
export type PaymentEventType = 'payment.created' | (typeof MOVES)[PaymentMove]['event'] | DisputeEventType;

interface Action {
  readonly from: readonly PaymentStatus[];
  /** As in "can't be captured". */
  readonly done: string;
}

/** The changes that a merchant can request, by the names of their routes. */
const ACTIONS = {
  authenticate: { from: ['requires_action'], done: 'authenticated' },
  capture: { from: MOVES.capture.from, done: 'captured' },
  void: { from: MOVES.void.from, done: 'voided' },
  cancel: { from: MOVES.cancel.from, done: 'canceled' },
  refunds: { from: MOVES.create_refund.from, done: 'refunded' },
} as const satisfies Record<string, Action>;

export type PaymentAction = keyof typeof ACTIONS;

/** The changes that a merchant can request while a payment has this status. */
export function allowedActions(status: PaymentStatus): PaymentAction[] {
  return (Object.keys(ACTIONS) as PaymentAction[]).filter((action) => isAllowed(status, ACTIONS[action]));
}

/** Throws IllegalTransitionError unless a merchant can request this change while a payment has this status. */
export function assertAllowed(status: PaymentStatus, action: PaymentAction): void {
  const { done } = ACTIONS[action];
  if (!isAllowed(status, ACTIONS[action])) throw new IllegalTransitionError(status, done, allowedActions(status));
}

function isAllowed(status: PaymentStatus, { from }: Action): boolean {
  return from.includes(status);
}

/** Returns the status after a move. Throws an Error if the table does not have the move: a rule is wrong then. */
export function nextStatus(
  from: PaymentStatus,
  move: PaymentMove,
  to: PaymentStatus = MOVES[move].to[0],
): PaymentStatus {
  const row: Move | undefined = Object.hasOwn(MOVES, move) ? MOVES[move] : undefined;
  if (!row?.from.includes(from) || !row.to.includes(to)) throw new Error(`No ${move} from ${from} to ${to}.`);
  return to;
}
