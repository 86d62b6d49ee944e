import { shipping } from '../addresses.js';
import { methodData } from '../payment-methods/method-params.js';
import { PRICE_DATA } from '../prices/price-params.js';
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
  text,
  unixTime,
} from '../wire/params.js';

const enabled = object({ enabled: required(flag), liability: anything, invoice_data: anything, required: text() });

const LINE_ITEM = object({
  adjustable_quantity: anything,
  dynamic_tax_rates: anything,
  metadata,
  price: text(),
  price_data: PRICE_DATA,
  quantity: integer(1, 999_999),
  tax_rates: anything,
});

const INTENT_DATA = object({
  application_fee_amount: anything,
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  description: text(1_000),
  metadata,
  on_behalf_of: text(),
  receipt_email: text(800),
  setup_future_usage: oneOf('on_session', 'off_session'),
  shipping,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: anything,
  transfer_group: text(),
});

/** What has no meaning on a page of this gateway. */
const IGNORED = {
  adaptive_pricing: anything,
  after_expiration: anything,
  branding_settings: anything,
  custom_fields: anything,
  custom_text: anything,
  customer_account: text(),
  customer_update: anything,
  excluded_payment_method_types: anything,
  managed_payments: anything,
  name_collection: anything,
  optional_items: anything,
  payment_method_configuration: text(),
  payment_method_data: anything,
  payment_method_options: anything,
  permissions: anything,
  saved_payment_method_options: anything,
  setup_intent_data: anything,
  wallet_options: anything,
} as const;

export const CREATE_SESSION = {
  ...IGNORED,
  allow_promotion_codes: flag,
  allowed_payment_method_types: listOf(text(60)),
  automatic_tax: enabled,
  billing_address_collection: oneOf('auto', 'required'),
  cancel_url: text(5_000),
  client_reference_id: text(200),
  consent_collection: anything,
  currency,
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: text(800),
  discounts: anything,
  expires_at: unixTime,
  integration_identifier: text(),
  invoice_creation: enabled,
  line_items: listOf(LINE_ITEM),
  locale: text(20),
  metadata,
  mode: required(oneOf('payment', 'setup', 'subscription')),
  origin_context: oneOf('mobile_app', 'web'),
  payment_intent_data: INTENT_DATA,
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_types: listOf(text(60)),
  phone_number_collection: enabled,
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  return_url: text(5_000),
  shipping_address_collection: object({ allowed_countries: required(listOf(text(2), 300)) }),
  shipping_options: anything,
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  subscription_data: anything,
  success_url: text(5_000),
  tax_id_collection: enabled,
  ui_mode: text(20),
} as const;

export const UPDATE_SESSION = { collected_information: anything, metadata } as const;

export const LIST_SESSIONS = {
  ...LIST,
  created,
  customer: text(),
  payment_intent: text(),
  payment_link: text(),
  status: oneOf('complete', 'expired', 'open'),
  subscription: text(),
} as const;

/** What pages of browsers send besides is ignored. */
export const CONFIRM_PAGE = {
  eid: text(),
  email: text(800),
  expected_amount: amount,
  expected_payment_method_type: text(),
  payment_method: text(),
  payment_method_data: methodData,
  return_url: text(2_048),
  shipping: clearable(anything),
} as const;
