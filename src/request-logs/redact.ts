import { passesLuhn } from '../common/luhn.js';

/** Larger bodies are not kept. */
const MAX_BODY_CHARACTERS = 8192;

// Digits as on a card, with or without gaps, that are no part of an id.
const CARD_LIKE = /(?<![0-9A-Za-z_])(?:\d[ -]?){12,18}\d(?![0-9A-Za-z])/g;

const REDACTED = '[redacted]';

/** Names of fields, in lower case, whose values nobody reads again. */
const SECRET_FIELDS = new Set(['password', 'apikey', 'webhooksecret', 'secret', 'access_token', 'number', 'cvc']);

/** JSON text without card numbers, wherever they stand, and without the values of its secret fields; null for what is empty, too large, or not JSON. */
export function redactJson(text: string | null): string | null {
  if (text === null || text === '' || text.length > MAX_BODY_CHARACTERS) return null;
  try {
    return JSON.stringify(JSON.parse(text.replace(CARD_LIKE, (digits) => (passesLuhn(digits.replace(/[ -]/g, '')) ? '0' : digits))), (name, value: unknown) => (SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : value));
  } catch {
    return null;
  }
}
