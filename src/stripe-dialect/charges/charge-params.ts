import { shipping } from '../addresses.js';
import { amount, currency } from '../wire/amounts.js';
import { created, LIST } from '../wire/lists.js';
import { anything, clearable, flag, integer, metadata, object, required, text } from '../wire/params.js';

export const CREATE_CHARGE = {
  amount: required(amount),
  currency: required(currency),
  application_fee_amount: anything,
  capture: flag,
  customer: text(),
  description: clearable(text(1_000)),
  metadata,
  on_behalf_of: text(),
  receipt_email: text(800),
  shipping,
  // A card by its number, or the id of a token or a method.
  source: anything,
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: anything,
  transfer_group: text(),
} as const;

export const UPDATE_CHARGE = {
  customer: text(),
  description: clearable(text(1_000)),
  fraud_details: object({ user_report: clearable(text(20)) }),
  metadata,
  receipt_email: clearable(text(800)),
  shipping,
  transfer_group: text(),
} as const;

export const CAPTURE_CHARGE = {
  amount: integer(1, Number.MAX_SAFE_INTEGER),
  application_fee_amount: anything,
  receipt_email: text(800),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: anything,
  transfer_group: text(),
} as const;

export const LIST_CHARGES = {
  ...LIST,
  created,
  customer: text(),
  payment_intent: text(),
  transfer_group: text(),
} as const;
