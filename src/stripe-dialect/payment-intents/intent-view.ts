import type { IntentState } from '../../payment-intents/intent-with-payment.js';
import { shownMethodOf, statusOf } from '../../payment-intents/intent-state.js';
import type { Payment } from '../../payments/payment.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { declineFacts, isCharge } from '../charges/charge-facts.js';
import { shownId } from '../../platform/common/dialect-ids.js';
import { seconds } from '../wire/lists.js';

/** What only the caller of a view knows. */
export interface IntentExtras {
  readonly clientSecret: string;
  /** The method of the latest attempt as the dialect shows it, for the error of a decline. */
  readonly declinedMethod?: object | null;
}

export function intentView(state: IntentState, { clientSecret, declinedMethod }: IntentExtras) {
  const { intent, payment } = state;
  const { _id, amount, currency, details, canceledAt, setupFutureUsage } = intent;
  const status = statusOf(intent, payment);
  const method = shownMethodOf(intent, payment);
  const voided = status === 'canceled' && canceledAt === null;
  return {
    id: publicId(_id),
    object: 'payment_intent',
    allowed_payment_method_types: details.allowedTypes ?? null,
    amount,
    amount_capturable: status === 'requires_capture' ? amount : 0,
    amount_details: { tip: {} },
    amount_received: payment?.amountCaptured ?? 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: details.automaticMethods ?? null,
    canceled_at: canceledAt ? seconds(canceledAt) : voided && payment ? seconds(payment.updatedAt) : null,
    cancellation_reason: intent.cancellationReason ?? (voided ? 'automatic' : null),
    capture_method: intent.captureMethod,
    client_secret: clientSecret,
    confirmation_method: details.confirmationMethod ?? 'automatic',
    created: seconds(intent.createdAt),
    currency: currency.toLowerCase(),
    customer: intent.customerId === null ? null : publicId(intent.customerId),
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: payment && status !== 'succeeded' ? paymentError(payment, declinedMethod ?? null) : null,
    latest_charge: payment && isCharge(payment) ? shownId(publicId(payment._id)) : null,
    livemode: false,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: payment && status === 'requires_action' ? nextAction(state, payment) : null,
    on_behalf_of: null,
    payment_method: method === null ? null : publicId(method),
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: details.types ?? ['card'],
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: setupFutureUsage,
    shipping: details.shipping ?? null,
    source: null,
    statement_descriptor: details.statementDescriptor ?? null,
    statement_descriptor_suffix: details.statementDescriptorSuffix ?? null,
    status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** Where the customer goes to authenticate: with a return URL to a page of ours, otherwise as the browser script does it. */
function nextAction({ intent: { attempt } }: IntentState, { challengeUrl }: Payment) {
  const returnUrl = attempt?.returnUrl ?? null;
  if (returnUrl !== null)
    return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url: challengeUrl } };
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: challengeUrl } };
}

/** Why the latest attempt failed; null if it did not. */
export function paymentError(payment: Payment, method: object | null) {
  const { failure } = payment;
  if (failure === null) return null;
  if (!isCharge(payment))
    return {
      type: 'invalid_request_error',
      code: 'payment_intent_authentication_failure',
      message: 'The customer did not authenticate; another payment method may work.',
      payment_method: method,
    };
  return {
    type: 'card_error',
    charge: shownId(publicId(payment._id)),
    ...declineFacts(failure),
    message: failure.message,
    payment_method: method,
  };
}
