import { ADAPTER_ERRORS } from './adapter-errors.js';
import { CARD_ERRORS } from './card-errors.js';
import type { CatalogueEntry } from './catalogue-entry.js';
import { DISPUTE_ERRORS } from './dispute-error-entries.js';
import { MONEY_ERRORS } from './money-errors.js';
import { SIGN_IN_ERRORS } from './sign-in-errors.js';
import { TESTING_ERRORS } from './testing-errors.js';

/** Every error code that the gateway answers with. The codes are stable: clients branch on them. */
export const ERROR_CATALOGUE = {
  bad_request: {
    status: 400,
    cause: 'The request is not complete, or is not HTTP that the gateway can read.',
    action: 'Check what the client library or a proxy in between sends.',
    detail: 'The request cannot be read.',
  },
  email_taken: {
    status: 400,
    cause: 'An account with this e-mail exists already.',
    action: 'Log in, or register with another e-mail.',
    detail: 'User with this email already exists.',
  },
  invalid_resource_type: {
    status: 400,
    cause: 'The path names a kind of resource that cannot be deleted.',
    action: 'Send `transactions` or `users`.',
    detail: "Invalid resource type. Must be 'transactions' or 'users'.",
  },
  own_account: {
    status: 400,
    cause: 'An administrator tried to delete their own account or to change their own role.',
    action: 'Ask another administrator.',
    detail: 'Admins cannot delete their own user account.',
  },
  too_many_api_keys: {
    status: 400,
    cause: 'The account has as many API keys as it can have.',
    action: 'Delete a key that is not used any more.',
    detail: 'A user can have at most 20 API keys; delete one first.',
  },
  too_many_webhook_endpoints: {
    status: 400,
    cause: 'The account has as many webhook endpoints as it can have.',
    action: 'Delete an endpoint that is not used any more.',
    detail: 'A user can have at most 50 webhook endpoints; delete one first.',
  },

  authorization_header_missing: {
    status: 401,
    cause: 'The `Authorization` header is missing.',
    action: 'Send `Authorization: Bearer` with the `access_token` of a login.',
    detail: 'Authorization header missing.',
  },
  authorization_header_invalid: {
    status: 401,
    cause: 'The `Authorization` header is not `Bearer` and a token.',
    action: 'Send `Authorization: Bearer` with the `access_token` of a login.',
    detail: 'Invalid authorization header format.',
  },
  token_invalid: {
    status: 401,
    cause: 'The bearer token is wrong, expired or revoked, or its account was deleted.',
    action: 'Log in again.',
    detail: 'Invalid or expired token.',
  },
  api_key_invalid: {
    status: 401,
    cause: 'The API key is missing, wrong or deleted, or it is a publishable or a live one.',
    action: 'Send the `apiKey` of the registration, or a newer one, as `X-API-Key`.',
    detail: 'Invalid or missing X-API-Key. Access denied.',
  },
  credentials_invalid: {
    status: 401,
    cause: 'The e-mail or the password is wrong.',
    action: 'Check both. The response does not say which one is wrong.',
    detail: 'Invalid email or password.',
  },
  signature_invalid: {
    status: 401,
    cause: 'The signature does not fit the body, or the timestamp is more than 5 minutes off.',
    action: 'Sign the raw bytes of the body with the webhook secret, and check the clock.',
    detail: 'Invalid webhook signature',
  },

  role_not_allowed: {
    status: 403,
    cause: 'The role of the account does not allow this.',
    action: 'Use an account with one of the roles that `detail` names, or ask an administrator.',
    detail: "Access denied. Allowed roles: ('admin', 'system_admin')",
  },
  not_owner: {
    status: 403,
    cause: 'The payment belongs to another account.',
    action: 'Use the account that made the payment, or an administrator.',
    detail: 'Access denied. Only transaction owner or admin/system_admin can delete.',
  },
  credentials_mismatch: {
    status: 403,
    cause: 'The API key and the bearer token belong to different accounts.',
    action: 'Send the key and the token of one account.',
    detail: 'Access denied. The API key and the token belong to different users.',
  },

  not_found: {
    status: 404,
    cause: 'There is nothing at this path.',
    action: 'Check the path; the routes of the API begin with `/api/v1`.',
    detail: 'Not Found',
  },
  account_not_found: {
    status: 404,
    cause: 'There is no such user.',
    action: 'Check the id (`user_…`); the user may have been deleted.',
    detail: 'User not found.',
  },
  api_key_not_found: {
    status: 404,
    cause: 'The account has no such API key.',
    action: 'Take the id (`key_…`) from the list of API keys.',
    detail: "API key 'key_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  checkout_session_not_found: {
    status: 404,
    cause: 'The account has no such checkout session.',
    action: 'Check the id (`cs_…`), and that the key belongs to the account that created the session.',
    detail: "Checkout session 'cs_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  payment_not_found: {
    status: 404,
    cause: 'The account has no such payment.',
    action: 'Check the id (`txn_…`), and that the credentials are those of the account that made the payment.',
    detail: "Transaction 'txn_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  payment_method_not_found: {
    status: 404,
    cause: 'The account has no such payment method.',
    action: 'Check the id (`pm_…`); ready-made test tokens cannot be looked up.',
    detail: "Payment method 'pm_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  refund_not_found: {
    status: 404,
    cause: 'The account has no such refund.',
    action: 'Check the id (`ref_…`).',
    detail: "Refund 'ref_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  event_not_found: {
    status: 404,
    cause: 'The account has no such event, or the event is older than 30 days.',
    action: 'Check the id (`evt_…`).',
    detail: "Event 'evt_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  delivery_not_found: {
    status: 404,
    cause: 'The account has no such webhook delivery, or the delivery is older than 30 days.',
    action: 'Check the id (`whd_…`).',
    detail: "Webhook delivery 'whd_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  webhook_endpoint_not_found: {
    status: 404,
    cause: 'The account has no such webhook endpoint.',
    action: 'Check the id (`we_…`).',
    detail: "Webhook endpoint 'we_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  no_payments_found: {
    status: 404,
    cause: 'The account has no payments, or none that match.',
    action: 'Treat it as an empty list. `GET /payments` answers 200 instead.',
    detail: 'No transactions found for this user.',
  },

  method_not_allowed: {
    status: 405,
    cause: 'The path exists, but not with this method.',
    action: 'Use a method that the `Allow` header names.',
    detail: 'Method Not Allowed',
  },
  request_timeout: {
    status: 408,
    cause: 'The request was not complete in time.',
    action: 'Send it again, on a better connection.',
    detail: 'The request was not complete in time.',
  },

  checkout_session_not_open: {
    status: 409,
    cause: 'The checkout session is completed or expired already.',
    action: 'Fetch the session. If it is completed, refund or void its payment instead.',
    detail: "Checkout session 'cs_0193a5e2c7f11b2c3d4e5f60' is completed; only an open session can be expired.",
  },
  illegal_transition: {
    status: 409,
    cause: 'The status of the payment does not allow this.',
    action: 'Fetch the payment, and do one of the things that `detail` names as allowed.',
    detail: "A pending payment can't be captured; allowed: cancel.",
  },
  amount_too_large: {
    status: 409,
    cause: 'The amount is larger than what can be captured, refunded or disputed; a disputed part cannot be refunded.',
    action: 'Send at most the amount that `detail` names.',
    detail: 'Only 12.50 USD of this payment can still be refunded.',
  },
  refund_not_pending: {
    status: 409,
    cause: 'The refund is not pending any more.',
    action: 'Fetch the refund: its outcome is final.',
    detail: "Refund 'ref_0193a5e2c7f11b2c3d4e5f60' is completed; only a pending refund can be canceled.",
  },
  too_many_refunds: {
    status: 409,
    cause: 'The payment has as many refunds as it can have.',
    action: 'Refund the rest by other means.',
    detail: 'This payment has 100 refunds already; a payment can have no more. Refund the rest by other means.',
  },
  idempotency_conflict: {
    status: 409,
    cause: 'A request with this Idempotency-Key is still running.',
    action: 'Send the same request again after the seconds of `Retry-After`.',
    detail: 'A request with this Idempotency-Key is still running.',
    retryAfter: true,
  },
  webhook_endpoint_disabled: {
    status: 409,
    cause: 'The webhook endpoint is disabled.',
    action: 'Enable it with `PATCH /webhooks/endpoints/{endpoint_id}` and `{"enabled":true}`.',
    detail: "Webhook endpoint 'we_0193a5e2c7f11b2c3d4e5f60' is disabled; enable it first.",
  },
  webhook_replayed: {
    status: 409,
    cause: 'A webhook with this `webhook-id` was received before.',
    action: 'Nothing: it was handled the first time.',
    detail: "The webhook 'evt_0193a5e2c7f11b2c3d4e5f60' was received before.",
  },

  body_too_large: {
    status: 413,
    cause: 'The body is larger than 100 kB.',
    action: 'Send less.',
    detail: 'The request body is larger than 100 kB.',
  },
  unsupported_media_type: {
    status: 415,
    cause: 'The media type of the body is not `application/json`.',
    action: 'Send JSON with `Content-Type: application/json`.',
    detail: 'The media type of the body is not supported; send application/json.',
  },

  validation_failed: {
    status: 422,
    cause: 'Something that was sent is not valid; `detail` lists what.',
    action: 'Correct each field that a `loc` of `detail` names.',
    detail: [
      {
        loc: ['body', 'name'],
        type: 'string_too_short',
        msg: 'String should have at least 2 characters',
        input: 'A',
        ctx: { min_length: 2 },
      },
    ],
  },
  idempotency_key_reused: {
    status: 422,
    cause: 'The Idempotency-Key was used with another payload.',
    action: 'Use a new key for every new request, and the same key only to repeat one.',
    detail: [
      {
        loc: ['header', 'Idempotency-Key'],
        type: 'idempotency_key_reused',
        msg: 'This key was used with another payload',
        input: 'order-1',
        ctx: {},
      },
    ],
  },
  ...CARD_ERRORS,

  too_many_requests: {
    status: 429,
    cause: 'There were too many requests, or too many failed logins.',
    action: 'Send it again after the seconds of `Retry-After`.',
    detail: 'Too many requests. Try again later.',
    retryAfter: true,
  },
  headers_too_large: {
    status: 431,
    cause: 'The URL and the headers together are larger than 16 kB.',
    action: 'Send fewer or shorter headers.',
    detail: 'The request headers are larger than 16 kB.',
  },
  internal_error: {
    status: 500,
    cause: 'The gateway has a fault.',
    action: 'Look for the `requestId` in the log of the gateway, and report it.',
    detail: 'Internal Server Error',
  },
  service_unavailable: {
    status: 503,
    cause: 'The database cannot be reached, or too many registrations and logins wait already.',
    action: 'Send it again after the seconds of `Retry-After`, with the same Idempotency-Key.',
    detail: 'The database cannot be reached.',
    retryAfter: true,
  },
  ...DISPUTE_ERRORS,
  ...SIGN_IN_ERRORS,
  ...MONEY_ERRORS,
  ...TESTING_ERRORS,
  ...ADAPTER_ERRORS,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** All codes that the gateway's own API answers with, in the order of the catalogue. */
export const ERROR_CODES = (Object.keys(ERROR_CATALOGUE) as readonly ErrorCode[]).filter(
  (code) => !(code in ADAPTER_ERRORS),
);

export const statusOf = (code: ErrorCode): number => ERROR_CATALOGUE[code].status;
