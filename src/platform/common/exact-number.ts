/** Longer numbers count as inexact, unparsed; no number of the API is nearly as long. */
const MAX_NUMBER_LENGTH = 100;

/** A double keeps every decimal number of 15 significant digits. */
const ALWAYS_EXACT_LENGTH = 15;

/** Whether a number written in JSON stays the same decimal number when JSON.parse reads it into a double. */
export function isKeptExactly(literal: string): boolean {
  if (literal.length <= ALWAYS_EXACT_LENGTH && !/e/i.test(literal)) return true;
  if (literal.length > MAX_NUMBER_LENGTH) return false;
  return canonicalForm(literal) === canonicalForm(String(Number(literal)));
}

/** Significant digits and exponent of a decimal number: equal numbers give the same text, however they are written. */
function canonicalForm(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = `${whole}${fraction}`;
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  let begin = 0;
  while (begin < end && digits[begin] === '0') begin += 1;
  return begin === end
    ? '0'
    : `${digits.slice(begin, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
