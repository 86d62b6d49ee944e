import { address, shipping } from '../addresses.js';
import { created, LIST } from '../wire/lists.js';
import { anything, clearable, integer, listOf, metadata, object, oneOf, text } from '../wire/params.js';

const CUSTOMER = {
  address,
  balance: integer(-99_999_999, 99_999_999),
  description: clearable(text()),
  email: clearable(text(512)),
  invoice_prefix: text(12),
  invoice_settings: object({
    default_payment_method: clearable(text()),
    custom_fields: anything,
    footer: anything,
    rendering_options: anything,
  }),
  metadata,
  name: clearable(text(256)),
  next_invoice_sequence: integer(1, 1_000_000),
  phone: clearable(text(20)),
  preferred_locales: listOf(text(20)),
  shipping,
  source: text(),
  tax: anything,
  tax_exempt: clearable(oneOf('none', 'exempt', 'reverse')),
} as const;

export const CREATE_CUSTOMER = {
  ...CUSTOMER,
  payment_method: text(),
  test_clock: text(),
  tax_id_data: anything,
} as const;
export const UPDATE_CUSTOMER = { ...CUSTOMER, default_source: text() } as const;
export const LIST_CUSTOMERS = { ...LIST, email: text(512), created, test_clock: text() } as const;
