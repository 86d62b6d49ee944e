/** Larger bodies are not kept. */
const MAX_BODY_CHARACTERS = 8192;

const REDACTED = '[redacted]';

/** Names of fields, in lower case, whose values nobody reads again. */
const SECRET_FIELDS = new Set(['password', 'apikey', 'webhooksecret', 'secret', 'access_token', 'number', 'cvc']);

/** JSON text without the values of its secret fields; null for what is empty, too large, or not JSON. */
export function redactJson(text: string | null): string | null {
  if (text === null || text === '' || text.length > MAX_BODY_CHARACTERS) return null;
  try {
    return JSON.stringify(JSON.parse(text), (name, value: unknown) => (SECRET_FIELDS.has(name.toLowerCase()) ? REDACTED : value));
  } catch {
    return null;
  }
}
