import { billing } from '../addresses.js';
import {
  anything,
  clearable,
  integer,
  metadata,
  object,
  oneOf,
  type ParamsOf,
  required,
  text,
} from '../wire/params.js';

const CARD = {
  number: text(40),
  exp_month: integer(0, 9_999),
  exp_year: integer(0, 99_999),
  cvc: text(10),
  token: text(255),
  networks: anything,
} as const;

/** A card by its number or by a token. */
export const card = object(CARD);
export type SentCard = ParamsOf<typeof CARD>;

const ALLOW_REDISPLAY = ['always', 'limited', 'unspecified'] as const;

export const METHOD = {
  type: oneOf('card'),
  card,
  billing_details: billing,
  metadata,
  allow_redisplay: oneOf(...ALLOW_REDISPLAY),
  radar_options: anything,
} as const;

/** `payment_method_data` of a confirmation. */
export const methodData = object(METHOD);

export const CREATE_METHOD = { ...METHOD, type: required(METHOD.type), client_secret: text() } as const;

export const UPDATE_METHOD = {
  billing_details: billing,
  card: object({ exp_month: integer(0, 9_999), exp_year: integer(0, 99_999), networks: anything }),
  metadata,
  allow_redisplay: oneOf(...ALLOW_REDISPLAY),
} as const;

export const CREATE_TOKEN = {
  card: object({
    ...CARD,
    name: clearable(text()),
    address_line1: clearable(text()),
    address_line2: clearable(text()),
    address_city: clearable(text()),
    address_state: clearable(text()),
    address_zip: clearable(text()),
    address_country: clearable(text()),
    currency: text(3),
  }),
} as const;
