import { isCardLike } from '../platform/common/card-numbers.js';
import { DomainError } from '../platform/errors/domain-error.js';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { Failure } from '../simulation/outcome.js';
import type { CardError, CardErrorCode } from './card-rules.js';

export class PaymentMethodNotFoundError extends DomainError {
  readonly code = 'payment_method_not_found';
  constructor(id: string) {
    super(`Payment method '${id}' not found for this user.`);
  }
}

/** The card is refused. The error does not contain the card data that was sent. */
export class CardRefusedError extends ValidationFailedError {
  override readonly code: CardErrorCode;
  constructor(readonly refusal: CardError) {
    const { code, field, message } = refusal;
    super([{ loc: ['body', field], type: code, msg: message, input: null, ctx: {} }]);
    this.code = code;
  }
}

/** The payment method of a charge is neither ready-made nor the account's own. */
export class UnknownPaymentMethodError extends InvalidFieldError {
  constructor(token: string) {
    const msg = 'You have no such payment method';
    // Perhaps a card number with a wrong digit, which is nobody's business either.
    const input = isCardLike(token) ? null : token;
    super('paymentMethod', { type: 'unknown_payment_method', msg }, input);
  }
}

/** The payment method belongs to another customer. */
export class PaymentMethodAttachedError extends DomainError {
  readonly code = 'payment_method_attached';
  constructor(id: string) {
    super(`Payment method '${publicId(id)}' is attached to another customer; detach it first.`);
  }
}

/** The payment method belongs to no customer, or not to the one that was named. */
export class PaymentMethodNotAttachedError extends DomainError {
  readonly code = 'payment_method_not_attached';
  constructor(id: string, customerId: string | null = null) {
    const customer = customerId === null ? 'any customer' : `customer '${publicId(customerId)}'`;
    super(`Payment method '${publicId(id)}' is not attached to ${customer}.`);
  }
}

/** The issuer declined the card when it was to be attached to a customer. */
export class PaymentMethodRefusedError extends DomainError {
  readonly code = 'payment_method_refused';
  constructor(
    readonly failure: Failure,
    readonly paymentMethodId: string,
  ) {
    super(failure.message);
  }
}
