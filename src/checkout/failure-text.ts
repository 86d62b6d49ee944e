import type { Failure } from '../simulation/outcome.js';
import type { CheckoutMethod } from './checkout-state.js';

/** What a page calls the ways to pay. */
export const METHOD_NAMES: Readonly<Record<CheckoutMethod, string>> = {
  card: 'Card',
  wallet: 'Test wallet',
  bank: 'Test bank',
};

/** Why a payment failed, in words for the customer; null if it did not fail for a reason of its own. */
export function failureText(
  method: CheckoutMethod,
  failure: Pick<Failure, 'message' | 'advice'> | null,
): string | null {
  if (failure === null) return null;
  if (method !== 'card')
    return `${METHOD_NAMES[method]} declined the payment. Choose another way to pay, or try again.`;
  return `${failure.message} ${ADVICE[failure.advice]}`;
}

const ADVICE: Readonly<Record<Failure['advice'], string>> = {
  retry: 'Try again.',
  do_not_retry: 'Use another card.',
  try_another_card: 'Use another card.',
};
