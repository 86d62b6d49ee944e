import { currency } from '../wire/amounts.js';
import { created, LIST } from '../wire/lists.js';
import { anything, clearable, flag, integer, listOf, metadata, object, oneOf, required, text } from '../wire/params.js';
import { unitAmountDecimal } from '../prices/unit-amounts.js';

export const TAX_BEHAVIOR = oneOf('exclusive', 'inclusive', 'unspecified');

/** What is charged again and again; kept and shown. */
export const RECURRING = object({
  interval: required(oneOf('day', 'week', 'month', 'year')),
  interval_count: integer(1, 1_095),
  meter: text(),
  trial_period_days: integer(0, 730),
  usage_type: oneOf('licensed', 'metered'),
  aggregate_usage: text(),
});

const PRODUCT = {
  active: flag,
  description: clearable(text(40_000)),
  images: clearable(listOf(text(2_048), 8)),
  marketing_features: clearable(listOf(object({ name: required(text(80)) }), 15)),
  metadata,
  package_dimensions: clearable(anything),
  shippable: clearable(flag),
  statement_descriptor: clearable(text(22)),
  tax_code: clearable(text()),
  tax_details: anything,
  unit_label: clearable(text(60)),
  url: clearable(text(5_000)),
} as const;

const DEFAULT_PRICE = {
  currency: required(currency),
  currency_options: anything,
  metadata,
  recurring: RECURRING,
  tax_behavior: TAX_BEHAVIOR,
  unit_amount: integer(0, 999_999_999_999),
  unit_amount_decimal: unitAmountDecimal,
} as const;

export const CREATE_PRODUCT = {
  ...PRODUCT,
  default_price_data: object(DEFAULT_PRICE),
  id: text(),
  name: required(text(250)),
  type: oneOf('good', 'service'),
} as const;

export const UPDATE_PRODUCT = { ...PRODUCT, default_price: clearable(text()), name: text(250) } as const;

export const LIST_PRODUCTS = {
  ...LIST,
  active: flag,
  created,
  ids: listOf(text()),
  shippable: flag,
  type: text(),
  url: text(5_000),
} as const;

/** A product that a price, or an item of a session, brings with it. */
export const PRODUCT_DATA = object({
  active: flag,
  description: text(40_000),
  id: text(),
  images: listOf(text(2_048), 8),
  metadata,
  name: required(text(250)),
  statement_descriptor: text(22),
  tax_code: text(),
  tax_details: anything,
  unit_label: text(60),
});
