import { DomainError } from '../platform/errors/domain-error.js';
import type { IntentAction, IntentStatus } from './intent-state.js';
import type { IntentState } from './intent-with-payment.js';

export class PaymentIntentNotFoundError extends DomainError {
  readonly code = 'payment_intent_not_found';
  constructor(readonly intentId: string) {
    super(`Payment intent '${intentId}' not found.`);
  }
}

/** The status of the intent does not allow the action. */
export class IntentStateError extends DomainError {
  readonly code = 'illegal_transition';
  constructor(
    readonly state: IntentState,
    readonly status: IntentStatus,
    readonly action: IntentAction,
  ) {
    super(`A payment intent that is ${status} can't take this action: ${action}.`);
  }
}

/** Nobody said what to pay with. */
export class PaymentMethodMissingError extends DomainError {
  readonly code = 'illegal_transition';
  constructor(readonly state: IntentState) {
    super('The payment intent has no payment method to confirm it with.');
  }
}
