/** Whether the last digit is the right check digit (ISO/IEC 7812-1), as in every card number. */
export function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => {
      const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
}

/** 13 to 19 digits, as on a card, with or without separators. */
export const CARD_LIKE = /\d(?:[^0-9A-Za-z]{0,2}\d){12,18}/g;

/** Whether a text holds as many digits as a card number, its check digit right or wrong. */
export function isCardLike(text: string): boolean {
  return (text.match(/\d/g) ?? []).length >= 12 && !/[a-z]{1,8}_[0-9a-f]{24}/.test(text);
}

/** Whether a text contains something that could be a card number. */
export function holdsCardNumber(text: string): boolean {
  return (text.match(CARD_LIKE) ?? []).some((digits) => passesLuhn(digits.replace(/\D/g, '')));
}

const REDACTED = '[redacted]';

/** A key in the style of Stripe. Live keys are real secrets that somebody sent by mistake. */
const KEY = /(?<![0-9A-Za-z])[spr]k_(?:test|live)_\w+/;

// A key, an id of the gateway, which stays, or text that could be a card number.
const KEY_ID_OR_CARD = new RegExp(`${KEY.source}|[a-z]{1,8}_[0-9a-f]{24}|${CARD_LIKE.source}`, 'g');

/** Replaces keys and everything that could be a card number. */
export function redactText(text: string): string {
  return text.replace(KEY_ID_OR_CARD, (match) => {
    if (KEY.test(match)) return REDACTED;
    return /^[a-z]/.test(match) || !passesLuhn(match.replace(/\D/g, '')) ? match : REDACTED;
  });
}

/**
 * The same in every text, number and name of a JSON value.
 *
 * @param isSecret the names of fields whose values are replaced whatever they are
 */
export function redactValue(value: unknown, isSecret: (name: string) => boolean = () => false): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return redactText(String(value)) === REDACTED ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, isSecret));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      redactText(name),
      isSecret(name) ? REDACTED : redactValue(field, isSecret),
    ]),
  );
}
