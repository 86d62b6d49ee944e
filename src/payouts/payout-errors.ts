import { exactText } from '../platform/common/money.js';
import { DomainError } from '../platform/errors/domain-error.js';

export class PayoutNotFoundError extends DomainError {
  readonly code = 'payout_not_found';
  constructor(id: string) {
    super(`Payout '${id}' not found for this user.`);
  }
}

export class PayoutNotPendingError extends DomainError {
  readonly code = 'payout_not_pending';
  constructor(id: string, status: string) {
    super(`Payout '${id}' is ${status.replace('_', ' ')}; only a pending payout can be canceled.`);
  }
}

/** More than what is available was asked for; the message names what there is. */
export class InsufficientBalanceError extends DomainError {
  readonly code = 'insufficient_balance';

  /** @param available in minor units */
  static of(available: bigint, currency: string): InsufficientBalanceError {
    return new InsufficientBalanceError(
      `Only ${exactText(available, currency)} ${currency} is available for a payout.`,
    );
  }
}
