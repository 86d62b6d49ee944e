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

/** Whether a text contains something that could be a card number. */
export function holdsCardNumber(text: string): boolean {
  return (text.match(CARD_LIKE) ?? []).some((digits) => passesLuhn(digits.replace(/\D/g, '')));
}
