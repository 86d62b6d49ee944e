import type { Money } from '../platform/common/money.js';
import { DomainError } from '../platform/errors/domain-error.js';

export class IllegalTransitionError extends DomainError {
  readonly code = 'illegal_transition';
  /**
   * @param done the requested change, as in "can't be captured"
   * @param allowed the changes that are possible instead, by the names of their routes
   */
  constructor(status: string, done: string, allowed: readonly string[]) {
    const article = /^[aeiou]/.test(status) ? 'An' : 'A';
    super(`${article} ${status} payment can't be ${done}; allowed: ${allowed.join(', ') || 'nothing'}.`);
  }
}

/** The payment does not exist or belongs to another account; the answer does not say which. */
export class PaymentNotFoundError extends DomainError {
  readonly code = 'payment_not_found';

  static forAccount(id: string): PaymentNotFoundError {
    return new PaymentNotFoundError(`Transaction '${id}' not found for this user.`);
  }

  static anywhere(id: string): PaymentNotFoundError {
    return new PaymentNotFoundError(`Transaction '${id}' not found.`);
  }
}

export class NoPaymentsFoundError extends DomainError {
  readonly code = 'no_payments_found';
}

export class NotPaymentOwnerError extends DomainError {
  readonly code = 'not_owner';
  constructor() {
    super('Access denied. Only transaction owner or admin/system_admin can delete.');
  }
}

/** A capture, refund or dispute exceeds what is left; the message says how much that is. */
export class AmountTooLargeError extends DomainError {
  readonly code = 'amount_too_large';

  static ofCapture(authorized: Money): AmountTooLargeError {
    return new AmountTooLargeError(`Only ${authorized.text} of this payment can be captured.`);
  }

  static ofRefund(left: Money): AmountTooLargeError {
    return new AmountTooLargeError(
      left.minor === 0
        ? 'Nothing of this payment can be refunded any more.'
        : `Only ${left.text} of this payment can still be refunded.`,
    );
  }

  static ofDispute(left: Money): AmountTooLargeError {
    return new AmountTooLargeError(
      left.minor === 0
        ? 'Nothing of this payment can be disputed any more.'
        : `Only ${left.text} of this payment can still be disputed.`,
    );
  }
}

/** Refunds are stored inside their payment, and a document has a size limit. */
export class TooManyRefundsError extends DomainError {
  readonly code = 'too_many_refunds';
  constructor(max: number) {
    super(`This payment has ${max} refunds already; a payment can have no more. Refund the rest by other means.`);
  }
}

export class RefundNotFoundError extends DomainError {
  readonly code = 'refund_not_found';
  constructor(id: string) {
    super(`Refund '${id}' not found for this user.`);
  }
}

export class RefundNotPendingError extends DomainError {
  readonly code = 'refund_not_pending';
  constructor(id: string, status: string) {
    super(`Refund '${id}' is ${status}; only a pending refund can be canceled.`);
  }
}

/** The link of a 3-D Secure challenge was not made by the gateway. */
export class ChallengeNotFoundError extends DomainError {
  readonly code = 'not_found';
  constructor() {
    super('Not Found');
  }
}
