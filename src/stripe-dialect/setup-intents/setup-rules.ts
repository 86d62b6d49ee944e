import { attachmentFailure } from '../../payment-methods/attachment-rules.js';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { cardByToken } from '../../simulation/test-cards.js';
import { failureOf } from '../../simulation/outcome.js';
import type { SetupIntent, SetupStatus } from './setup-intent.schema.js';

/** What a confirmation leads to: new values, and the event that tells of them. */
export interface SetupStep {
  readonly set: Partial<SetupIntent>;
  readonly event: 'setup_intent.requires_action' | 'setup_intent.succeeded' | 'setup_intent.setup_failed';
}

/** Whether the customer has to authenticate before a card is set up. */
function asksCustomer({ testToken }: PaymentMethod): boolean {
  return cardByToken(testToken)?.outcome.authentication ?? false;
}

/** A confirmation with a method: the issuer refuses the card, asks the customer, or it is set up. */
export function decideConfirmation(
  method: PaymentMethod,
  { attemptId, challengeUrl, returnUrl }: Pick<SetupIntent, 'attemptId' | 'challengeUrl' | 'returnUrl'>,
): SetupStep {
  const attempt = { attemptId, returnUrl };
  const failure = attachmentFailure(method);
  if (failure) return failed(method._id, failure, attempt);
  if (asksCustomer(method))
    return {
      set: { ...attempt, ...CLEAN, status: 'requires_action', paymentMethodId: method._id, challengeUrl },
      event: 'setup_intent.requires_action',
    };
  return succeeded(method._id, attempt);
}

/** The customer's answer to the challenge. */
export function decideAnswer({ paymentMethodId }: SetupIntent, isAuthenticated: boolean): SetupStep {
  return isAuthenticated
    ? succeeded(paymentMethodId ?? '', {})
    : failed(paymentMethodId ?? '', failureOf('authentication_failed'), {});
}

const CLEAN = { failure: null, failedMethodId: null } as const;

function succeeded(paymentMethodId: string, attempt: Partial<SetupIntent>): SetupStep {
  return {
    set: { ...attempt, ...CLEAN, status: 'succeeded', paymentMethodId, challengeUrl: null },
    event: 'setup_intent.succeeded',
  };
}

function failed(methodId: string, failure: SetupIntent['failure'], attempt: Partial<SetupIntent>): SetupStep {
  return {
    set: {
      ...attempt,
      status: 'requires_payment_method',
      paymentMethodId: null,
      failure,
      failedMethodId: methodId,
      challengeUrl: null,
    },
    event: 'setup_intent.setup_failed',
  };
}

const ALLOWED = {
  confirm: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  update: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  cancel: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  answer: ['requires_action'],
} as const satisfies Record<string, readonly SetupStatus[]>;

export type SetupAction = keyof typeof ALLOWED;

export function isSetupAllowed(status: SetupStatus, action: SetupAction): boolean {
  const allowed: readonly SetupStatus[] = ALLOWED[action];
  return allowed.includes(status);
}
