import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';

export const IDEMPOTENCY_KEY_HEADER = 'Idempotency-Key';
const MAX_LENGTH = 255;

// A structured-field string (RFC 9651, 3.3.3): printable ASCII in quotes, with quotes and backslashes escaped.
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\x21\x23-\x7e][\x20-\x7e]*$/;

/**
 * Returns the key from the header, quoted or not; null if there is no header.
 * Throws ValidationFailedError if the header is not a valid key.
 */
export function parseIdempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  const text = String(header).trim();
  const key = QUOTED.exec(text)?.[1]?.replace(/\\(.)/g, '$1') ?? (BARE.test(text) ? text : null);
  const refuse = (type: string, msg: string, ctx: Record<string, unknown>) =>
    ValidationFailedError.at(['header', IDEMPOTENCY_KEY_HEADER], type, msg, text, ctx);
  if (key === null)
    throw refuse('string_pattern_mismatch', 'The key should be printable ASCII', { pattern: BARE.source });
  if (key.length === 0) throw refuse('string_too_short', 'The key should have at least 1 character', { min_length: 1 });
  if (key.length > MAX_LENGTH)
    throw refuse('string_too_long', `The key should have at most ${MAX_LENGTH} characters`, { max_length: MAX_LENGTH });
  return key;
}
