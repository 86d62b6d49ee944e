import { shipping } from '../addresses.js';
import { card, methodData } from '../payment-methods/method-params.js';
import { amount, currency } from '../wire/amounts.js';
import { created, LIST } from '../wire/lists.js';
import {
  anything,
  clearable,
  flag,
  integer,
  listOf,
  metadata,
  object,
  oneOf,
  required,
  returnUrl,
  text,
} from '../wire/params.js';

const FUTURE_USAGE = oneOf('on_session', 'off_session');

/** What is only kept and shown, or has no meaning here. */
const IGNORED = {
  amount_details: anything,
  application_fee_amount: anything,
  excluded_payment_method_types: anything,
  hooks: anything,
  mandate: text(),
  mandate_data: anything,
  on_behalf_of: text(),
  payment_details: anything,
  payment_method_configuration: text(),
  payment_method_options: anything,
  radar_options: anything,
  transfer_data: anything,
  transfer_group: text(),
} as const;

const INTENT = {
  ...IGNORED,
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  customer: text(),
  description: clearable(text(1_000)),
  metadata,
  payment_method: clearable(text()),
  payment_method_data: methodData,
  payment_method_types: listOf(text(60)),
  allowed_payment_method_types: listOf(text(60)),
  receipt_email: clearable(text(800)),
  setup_future_usage: clearable(FUTURE_USAGE),
  shipping,
  statement_descriptor: clearable(text(22)),
  statement_descriptor_suffix: clearable(text(22)),
} as const;

const CONFIRMATION = {
  off_session: anything,
  return_url: returnUrl,
  confirmation_token: text(),
  error_on_requires_action: flag,
  use_stripe_sdk: flag,
} as const;

export const CREATE_INTENT = {
  ...INTENT,
  ...CONFIRMATION,
  amount: required(amount),
  currency: required(currency),
  automatic_payment_methods: object({ enabled: required(flag), allow_redirects: oneOf('always', 'never') }),
  confirm: flag,
  confirmation_method: oneOf('automatic', 'manual'),
} as const;

export const UPDATE_INTENT = { ...INTENT, amount, currency } as const;

export const CONFIRM_INTENT = {
  ...INTENT,
  ...CONFIRMATION,
  client_secret: text(),
  source_data: anything,
  expected_payment_method_type: text(),
  // Old pages send the card itself.
  card,
} as const;

/** What a confirmation with a publishable key cannot say: the merchant's server decides it. */
export const SERVER_ONLY: readonly (keyof typeof CONFIRM_INTENT)[] = [
  'allowed_payment_method_types',
  'application_fee_amount',
  'capture_method',
  'customer',
  'description',
  'metadata',
  'off_session',
  'on_behalf_of',
  'payment_method_types',
  'statement_descriptor',
  'statement_descriptor_suffix',
  'transfer_data',
  'transfer_group',
];

export const RETRIEVE_INTENT = { client_secret: text() } as const;

export const CAPTURE_INTENT = {
  ...IGNORED,
  amount_to_capture: integer(1, Number.MAX_SAFE_INTEGER),
  final_capture: flag,
  metadata,
  statement_descriptor: clearable(text(22)),
  statement_descriptor_suffix: clearable(text(22)),
} as const;

export const CANCEL_INTENT = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
  client_secret: text(),
} as const;

export const LIST_INTENTS = { ...LIST, created, customer: text() } as const;
