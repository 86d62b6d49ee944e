import { PRODUCT_DATA, RECURRING, TAX_BEHAVIOR } from '../products/product-params.js';
import { currency } from '../wire/amounts.js';
import { created, LIST } from '../wire/lists.js';
import { anything, clearable, flag, integer, listOf, metadata, object, oneOf, required, text } from '../wire/params.js';
import { unitAmountDecimal } from './unit-amounts.js';

const PRICE = {
  active: flag,
  currency_options: anything,
  lookup_key: clearable(text(200)),
  metadata,
  nickname: clearable(text(5_000)),
  tax_behavior: TAX_BEHAVIOR,
  transfer_lookup_key: flag,
} as const;

export const CREATE_PRICE = {
  ...PRICE,
  billing_scheme: oneOf('per_unit', 'tiered'),
  currency: required(currency),
  custom_unit_amount: anything,
  product: text(),
  product_data: PRODUCT_DATA,
  recurring: RECURRING,
  tiers: anything,
  tiers_mode: text(),
  transform_quantity: anything,
  unit_amount: integer(0, 999_999_999_999),
  unit_amount_decimal: unitAmountDecimal,
} as const;

export const UPDATE_PRICE = PRICE;

export const LIST_PRICES = {
  ...LIST,
  active: flag,
  created,
  currency,
  lookup_keys: listOf(text(200), 10),
  product: text(),
  recurring: object({ interval: text(), usage_type: text(), meter: text() }),
  type: oneOf('one_time', 'recurring'),
} as const;

/** A price that an item of a session brings with it. */
export const PRICE_DATA = object({
  currency: required(currency),
  product: text(),
  product_data: PRODUCT_DATA,
  recurring: RECURRING,
  tax_behavior: TAX_BEHAVIOR,
  unit_amount: integer(0, 999_999_999_999),
  unit_amount_decimal: unitAmountDecimal,
});
