import { DomainError } from '../platform/errors/domain-error.js';
import type { CheckoutStatus } from './checkout-state.js';

export class CheckoutSessionNotFoundError extends DomainError {
  readonly code = 'checkout_session_not_found';
  constructor(id: string) {
    super(`Checkout session '${id}' not found for this user.`);
  }
}

export class CheckoutSessionNotOpenError extends DomainError {
  readonly code = 'checkout_session_not_open';
  constructor(id: string, status: CheckoutStatus) {
    super(`Checkout session '${id}' is ${status}; only an open session can be expired.`);
  }
}

/** The gateway did not make the link, or its session is gone. */
export class CheckoutPageNotFoundError extends DomainError {
  readonly code = 'not_found';
  constructor() {
    super('Not Found');
  }
}
