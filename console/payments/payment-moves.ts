import type { Payment } from '../../client/payments.js';
import { formatAmount, subtract } from '../parts/money.js';

export type Move = 'capture' | 'refund' | 'authenticate' | 'void' | 'cancel' | 'delete';

/** What can be done with a payment in its state: the usual first, what can't be undone last. */
export function movesOf({ status, nextAction }: Pick<Payment, 'status' | 'nextAction'>): readonly Move[] {
  if (status === 'requires_action' && nextAction) return ['authenticate', 'cancel', 'delete'];
  return MOVES[status] ?? ['delete'];
}

/** In states that are final, or of a newer gateway, a payment can only be deleted. */
const MOVES: Readonly<Partial<Record<string, readonly Move[]>>> = {
  authorized: ['capture', 'void', 'delete'],
  completed: ['refund', 'delete'],
  requires_action: ['cancel', 'delete'],
  pending: ['cancel', 'delete'],
};

/** How much can still be captured or refunded, in major units. */
export function amountLeft(
  { amount, amountCaptured, amountRefunded }: Pick<Payment, 'amount' | 'amountCaptured' | 'amountRefunded'>,
  move: 'capture' | 'refund',
): number {
  return move === 'capture' ? amount : subtract(amountCaptured, amountRefunded);
}

/** One sentence that says what a move will do. */
export function describeMove(payment: Payment, move: Move, amount: number): string {
  const { customerName, currency } = payment;
  const shown = formatAmount(amount, currency);
  switch (move) {
    case 'capture': {
      const rest = subtract(payment.amount, amount);
      const released = rest > 0 ? ` ${formatAmount(rest, currency)} of the authorization is released.` : '';
      return `Capture ${shown} from ${customerName}.${released}`;
    }
    case 'refund': {
      const rest = subtract(amountLeft(payment, 'refund'), amount);
      const left =
        rest > 0 ? `${formatAmount(rest, currency)} can still be refunded.` : 'Nothing more can be refunded.';
      return `Refund ${shown} to ${customerName}. ${left}`;
    }
    case 'authenticate':
      return `Answer the 3-D Secure challenge in place of ${customerName}.`;
    case 'void':
      return `Void the authorization of ${formatAmount(payment.amount, currency)}. It can't be captured then.`;
    case 'cancel':
      return `Cancel the payment of ${formatAmount(payment.amount, currency)} before it has an outcome.`;
    case 'delete':
      return 'Delete the payment. Of a captured one only its sums remain.';
  }
}
