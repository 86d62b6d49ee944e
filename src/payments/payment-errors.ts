import { DomainError } from '../common/domain-error.js';

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
