/** Every error code the gateway answers with, and its HTTP status. The codes are stable: clients branch on them. */
export const ERROR_STATUS = {
  bad_request: 400,
  email_taken: 400,
  invalid_resource_type: 400,
  own_account: 400,
  too_many_api_keys: 400,
  too_many_webhook_endpoints: 400,

  authorization_header_missing: 401,
  authorization_header_invalid: 401,
  token_invalid: 401,
  api_key_invalid: 401,
  credentials_invalid: 401,
  signature_invalid: 401,

  role_not_allowed: 403,
  not_owner: 403,
  credentials_mismatch: 403,

  not_found: 404,
  account_not_found: 404,
  api_key_not_found: 404,
  payment_not_found: 404,
  event_not_found: 404,
  delivery_not_found: 404,
  webhook_endpoint_not_found: 404,
  no_payments_found: 404,

  method_not_allowed: 405,
  illegal_transition: 409,
  payment_changed: 409,
  idempotency_conflict: 409,
  webhook_endpoint_disabled: 409,
  webhook_replayed: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  too_many_requests: 429,
  internal_error: 500,
  service_unavailable: 503,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;
