import { redactValue } from '../platform/common/card-numbers.js';

/** The log does not keep larger bodies. */
export const MAX_BODY_CHARACTERS = 8192;

/** Names of fields, in lower case, whose values are redacted. */
const SECRET_FIELDS = new Set([
  'password',
  'currentpassword',
  'apikey',
  'publishablekey',
  'webhooksecret',
  'secret',
  'access_token',
  'accesstoken',
  'number',
  'cvc',
]);

/** The end of a link to the console, which signs in whoever opens it first. */
const LINK_TOKEN = /(#link=)[\w.-]+/g;

/**
 * Replaces all card numbers, keys in the style of Stripe, the values of secret fields and the tokens of links to the
 * console in a JSON text. Returns null if the text is empty, too large, or not JSON.
 */
export function redactJson(text: string | null): string | null {
  if (text === null || text === '' || text.length > MAX_BODY_CHARACTERS) return null;
  try {
    return JSON.stringify(redactValue(JSON.parse(text), isSecret)).replace(LINK_TOKEN, '$1[redacted]');
  } catch {
    return null;
  }
}

function isSecret(name: string): boolean {
  return SECRET_FIELDS.has(name.toLowerCase());
}
