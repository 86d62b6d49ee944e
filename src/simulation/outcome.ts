/** What a merchant should do about a decline. */
export const ADVICE = ['retry', 'do_not_retry', 'try_another_card'] as const;
export type Advice = (typeof ADVICE)[number];

/** Why a payment failed. */
export interface Failure {
  readonly code: string;
  /** The issuer's own reason, if the code is a general one. */
  readonly declineCode: string | null;
  readonly message: string;
  readonly advice: Advice;
}

export const CHECK_RESULTS = ['pass', 'fail', 'unchecked'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** What happens to the refunds of a payment. */
export type RefundBehaviour = 'completes' | 'pending' | 'fails_later';

/** What customers or their banks do after the payment completed. */
export const DISPUTE_SCRIPTS = ['fraudulent', 'product_not_received', 'inquiry', 'fraud_warning', 'multiple'] as const;
export type DisputeScript = (typeof DISPUTE_SCRIPTS)[number];

/** Everything about a payment that is decided when it is created. */
export interface Outcome {
  /** `stays_pending`: the payment is never processed. */
  readonly result: 'approved' | 'declined' | 'stays_pending';
  /** Set only if the result is `declined`. */
  readonly failure: Failure | null;
  /** The customer has to authenticate before the result counts. */
  readonly authentication: boolean;
  readonly refunds: RefundBehaviour;
  /** Not set: nothing is disputed. */
  readonly dispute?: DisputeScript;
  /** Funds are available as soon as they are captured. */
  readonly fundsAtOnce?: boolean;
}

export const APPROVED: Outcome = { result: 'approved', failure: null, authentication: false, refunds: 'completes' };

const DECLINES = {
  generic_decline: ['card_declined', 'generic_decline', 'The card was declined.', 'try_another_card'],
  insufficient_funds: ['card_declined', 'insufficient_funds', 'The card has insufficient funds.', 'try_another_card'],
  lost_card: ['card_declined', 'lost_card', 'The card was reported lost.', 'do_not_retry'],
  stolen_card: ['card_declined', 'stolen_card', 'The card was reported stolen.', 'do_not_retry'],
  card_velocity_exceeded: ['card_declined', 'card_velocity_exceeded', 'The card was used too often of late.', 'retry'],
  fraudulent: ['card_declined', 'fraudulent', 'The payment was blocked as fraudulent.', 'do_not_retry'],
  call_issuer: ['card_declined', 'call_issuer', 'The customer has to call the issuer.', 'try_another_card'],
  pickup_card: ['card_declined', 'pickup_card', 'The card is blocked.', 'do_not_retry'],
  invalid_amount: ['card_declined', 'invalid_amount', 'The issuer does not accept the amount.', 'do_not_retry'],
  issuer_not_available: ['card_declined', 'issuer_not_available', 'The issuer could not be reached.', 'retry'],
  restricted_card: [
    'card_declined',
    'restricted_card',
    'The card cannot be used for this payment.',
    'try_another_card',
  ],
  transaction_not_allowed: [
    'card_declined',
    'transaction_not_allowed',
    'The issuer does not allow this payment.',
    'try_another_card',
  ],
  canceled: ['canceled', null, 'The payment was canceled.', 'do_not_retry'],
  shopper_canceled: ['shopper_canceled', null, 'The customer canceled the payment.', 'do_not_retry'],
  expired_card: ['expired_card', null, 'The card has expired.', 'try_another_card'],
  incorrect_cvc: ['incorrect_cvc', null, "The card's security code is wrong.", 'retry'],
  incorrect_number: ['incorrect_number', null, 'The card number is wrong.', 'try_another_card'],
  processing_error: ['processing_error', null, 'An error occurred while processing the card.', 'retry'],
  authentication_failed: ['authentication_failed', null, 'The customer did not authenticate.', 'try_another_card'],
  authentication_required: [
    'authentication_required',
    'authentication_required',
    'The card requires authentication, and the customer was not there.',
    'try_another_card',
  ],
  authentication_timeout: ['authentication_timeout', null, 'The customer did not authenticate in time.', 'retry'],
} as const satisfies Record<
  string,
  readonly [code: string, declineCode: string | null, message: string, advice: Advice]
>;

export type DeclineReason = keyof typeof DECLINES;
export const DECLINE_REASONS = Object.keys(DECLINES) as DeclineReason[];

export function failureOf(reason: DeclineReason): Failure {
  const [code, declineCode, message, advice] = DECLINES[reason];
  return { code, declineCode, message, advice };
}

export function declined(reason: DeclineReason): Outcome {
  return { ...APPROVED, result: 'declined', failure: failureOf(reason) };
}

/** The outcome if the customer is not there to authenticate. */
export function unattended(outcome: Outcome): Outcome {
  return outcome.authentication ? declined('authentication_required') : outcome;
}

/** Returns the same outcome, with authentication of the customer required first. */
export function authenticated(outcome: Outcome): Outcome {
  return { ...outcome, authentication: true };
}
