import { CARD_LIKE, passesLuhn } from '../platform/common/luhn.js';

/** The log does not keep larger bodies. */
export const MAX_BODY_CHARACTERS = 8192;

const REDACTED = '[redacted]';

/** Names of fields, in lower case, whose values are redacted. */
const SECRET_FIELDS = new Set(['password', 'apikey', 'webhooksecret', 'secret', 'access_token', 'number', 'cvc']);

// An id of the gateway, which stays, or text that could be a card number.
const ID_OR_CARD = new RegExp(`[a-z]{1,8}_[0-9a-f]{24}|${CARD_LIKE.source}`, 'g');

/** Replaces everything that could be a card number. */
export function redactCardNumbers(text: string): string {
  return text.replace(ID_OR_CARD, (match) =>
    /^[a-z]/.test(match) || !passesLuhn(match.replace(/\D/g, '')) ? match : REDACTED,
  );
}

/**
 * Replaces all card numbers and the values of secret fields in a JSON text. Returns null if the text is empty, too
 * large, or not JSON.
 */
export function redactJson(text: string | null): string | null {
  if (text === null || text === '' || text.length > MAX_BODY_CHARACTERS) return null;
  try {
    return JSON.stringify(redactValue(JSON.parse(text)));
  } catch {
    return null;
  }
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactCardNumbers(value);
  if (typeof value === 'number') return redactCardNumbers(String(value)) === REDACTED ? REDACTED : value;
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      redactCardNumbers(name),
      SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : redactValue(field),
    ]),
  );
}
