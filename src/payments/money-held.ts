import { amountLost } from './disputed-amount.js';
import type { PaymentStatus } from './payment-lifecycle.js';
import type { PaymentState } from './payment-state.js';

/** The statuses in which a payment can hold money of the customer. A refunded payment has given all of it back. */
export const HOLDING: readonly PaymentStatus[] = ['authorized', 'completed'];

/**
 * How much of the customer's money a payment holds now, in minor units: authorized, or captured and neither refunded
 * nor given back by a lost dispute.
 */
export function moneyHeld({
  status,
  amount,
  amountCaptured,
  amountRefunded,
  disputes = [],
}: Pick<PaymentState, 'status' | 'amount' | 'amountCaptured' | 'amountRefunded' | 'disputes'>): number {
  if (status === 'authorized') return amount;
  return status === 'completed' ? amountCaptured - amountRefunded - amountLost({ disputes }) : 0;
}
