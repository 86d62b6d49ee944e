import { methodData } from '../payment-methods/method-params.js';
import { created, LIST } from '../wire/lists.js';
import {
  anything,
  clearable,
  flag,
  listOf,
  metadata,
  object,
  oneOf,
  required,
  returnUrl,
  text,
} from '../wire/params.js';

const SETUP = {
  attach_to_self: flag,
  customer: text(),
  description: clearable(text(1_000)),
  excluded_payment_method_types: anything,
  flow_directions: anything,
  metadata,
  payment_method: clearable(text()),
  payment_method_configuration: text(),
  payment_method_data: methodData,
  payment_method_options: anything,
  payment_method_types: listOf(text(60)),
  allowed_payment_method_types: listOf(text(60)),
} as const;

const CONFIRMATION = {
  mandate_data: anything,
  return_url: returnUrl,
  use_stripe_sdk: flag,
  confirmation_token: text(),
} as const;

export const CREATE_SETUP = {
  ...SETUP,
  ...CONFIRMATION,
  automatic_payment_methods: object({ enabled: required(flag), allow_redirects: oneOf('always', 'never') }),
  confirm: flag,
  on_behalf_of: text(),
  single_use: anything,
  usage: oneOf('on_session', 'off_session'),
} as const;

export const UPDATE_SETUP = SETUP;

export const CONFIRM_SETUP = {
  ...CONFIRMATION,
  client_secret: text(),
  payment_method: text(),
  payment_method_data: methodData,
  payment_method_options: anything,
} as const;

export const RETRIEVE_SETUP = { client_secret: text() } as const;

export const CANCEL_SETUP = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer'),
  client_secret: text(),
} as const;

export const LIST_SETUPS = {
  ...LIST,
  attach_to_self: flag,
  created,
  customer: text(),
  payment_method: text(),
} as const;
