import { publicId } from '../../platform/worlds/world-ids.js';
import { declineFacts } from '../charges/charge-facts.js';
import { seconds } from '../wire/lists.js';
import type { SetupIntent } from './setup-intent.schema.js';

const NOT_AUTHENTICATED: ReadonlySet<string> = new Set(['authentication_failed', 'authentication_timeout']);

export function setupIntentView(
  intent: SetupIntent,
  { clientSecret, failedMethod = null }: { readonly clientSecret: string; readonly failedMethod?: object | null },
) {
  const { _id, status, details, customerId, paymentMethodId, challengeUrl, returnUrl } = intent;
  const shownReturn = returnUrl === null ? null : { return_url: returnUrl, url: challengeUrl };
  return {
    id: publicId(_id),
    object: 'setup_intent',
    allowed_payment_method_types: details.allowedTypes ?? null,
    application: null,
    automatic_payment_methods: details.automaticMethods ?? null,
    cancellation_reason: intent.cancellationReason,
    client_secret: clientSecret,
    created: seconds(intent.createdAt),
    customer: customerId === null ? null : publicId(customerId),
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: setupError(intent, failedMethod),
    latest_attempt: intent.attemptId === null ? null : publicId(intent.attemptId),
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: intent.metadata,
    next_action:
      status !== 'requires_action'
        ? null
        : shownReturn
          ? { type: 'redirect_to_url', redirect_to_url: shownReturn }
          : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: challengeUrl } },
    on_behalf_of: null,
    payment_method: paymentMethodId === null ? null : publicId(paymentMethodId),
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: details.types ?? ['card'],
    single_use_mandate: null,
    status,
    usage: intent.usage,
  };
}

/** Why the latest attempt failed; null if it did not. */
export function setupError({ failure }: SetupIntent, payment_method: object | null) {
  if (failure === null) return null;
  if (NOT_AUTHENTICATED.has(failure.code))
    return {
      type: 'invalid_request_error',
      code: 'setup_intent_authentication_failure',
      message: 'The customer did not authenticate; another payment method may work.',
      payment_method,
    };
  return { type: 'card_error', ...declineFacts(failure), message: failure.message, payment_method };
}
