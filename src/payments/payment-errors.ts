import { DomainError } from '../platform/errors/domain-error.js';

export class IllegalTransitionError extends DomainError {
  readonly code = 'illegal_transition';
  constructor(status: string, move: string, allowed: readonly string[]) {
    super(`A payment that is ${status} cannot ${move}; allowed: ${allowed.join(', ') || 'nothing'}.`);
  }
}

/** The payment of an account is unknown, or somebody else's: the answer does not tell which. */
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

/** More than there is; `left` in minor units. */
export class AmountTooLargeError extends DomainError {
  readonly code = 'amount_too_large';
  constructor(verb: 'refunded', left: number) {
    super(
      left === 0
        ? `Nothing is left of this payment that can be ${verb}.`
        : `Less is left of this payment than shall be ${verb}.`,
    );
  }
}

/** A payment holds its refunds, and a document has a limit. */
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

/** The link of a 3-D Secure challenge is not one that the gateway made. */
export class ChallengeNotFoundError extends DomainError {
  readonly code = 'not_found';
  constructor() {
    super('Not Found');
  }
}
