/** What a customer types: the pure rules of numbers, dates and codes. */
export type InputName = 'number' | 'expiry' | 'cvc' | 'postalCode';

/** What is wrong with what was typed. */
export interface Problem {
  readonly type: 'validation_error';
  readonly code: string;
  readonly message: string;
}

/** How much a customer has done: still types, has left the field, or wants to pay. */
export type Progress = 'typing' | 'left' | 'paying';

const YEARS_AHEAD = 50;

const problem = (code: string, message: string): Problem => ({ type: 'validation_error', code, message });

export const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

const BRANDS: readonly (readonly [brand: string, pattern: RegExp])[] = [
  ['visa', /^4/],
  ['mastercard', /^(?:5[1-5]|2[2-7])/],
  ['amex', /^3[47]/],
  ['discover', /^6(?:011|4[4-9]|5)/],
  ['diners', /^3(?:0|[68])/],
  ['jcb', /^35/],
  ['unionpay', /^62/],
];

export function brandOf(number: string): string {
  const digits = digitsOf(number);
  return BRANDS.find(([, pattern]) => pattern.test(digits))?.[0] ?? 'unknown';
}

const numberLength = (number: string): number => (brandOf(number) === 'amex' ? 15 : 16);
export const cvcLength = (number: string): number => (brandOf(number) === 'amex' ? 4 : 3);

/** The text as a card shows it. */
export function formatted(name: InputName, text: string, number: string): string {
  if (name === 'number') return formattedNumber(text);
  if (name === 'expiry') return formattedExpiry(text);
  return name === 'cvc' ? digitsOf(text).slice(0, number === '' ? 4 : cvcLength(number)) : text;
}

function formattedNumber(text: string): string {
  const digits = digitsOf(text).slice(0, numberLength(text));
  const groups =
    brandOf(text) === 'amex' ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?$/ : /^(\d{1,4})(\d{1,4})?(\d{1,4})?(\d{1,4})?$/;
  return (groups.exec(digits) ?? []).slice(1).filter(Boolean).join(' ');
}

function formattedExpiry(text: string): string {
  const [before = '', after] = text.split('/', 2);
  let month = digitsOf(before);
  if (/^[2-9]/.test(month) || (after !== undefined && month.length === 1)) month = `0${month}`;
  const year = month.slice(2) + digitsOf(after ?? '');
  month = month.slice(0, 2);
  return month.length < 2 ? month : `${month} / ${year.slice(0, 4)}`;
}

/** The month and the year in four digits; null if the date is not complete. */
export function expiryOf(text: string): { readonly month: number; readonly year: number } | null {
  const [, month, year] = /^\s*(\d{1,2})\s*\/\s*(\d{4}|\d{2})\s*$/.exec(text) ?? [];
  if (month === undefined || year === undefined) return null;
  return { month: Number(month), year: Number(year) + (year.length === 2 ? 2000 : 0) };
}

export function isComplete(name: InputName, text: string, number: string): boolean {
  if (name === 'postalCode') return true;
  return text !== '' && problemOf(name, text, { number, progress: 'paying' }) === null;
}

/** What is wrong with a field; null if nothing is yet. */
export function problemOf(
  name: InputName,
  text: string,
  { number, progress, now = new Date() }: { readonly number: string; readonly progress: Progress; readonly now?: Date },
): Problem | null {
  if (name === 'postalCode' || (text === '' && progress !== 'paying')) return null;
  const isLeft = progress !== 'typing';
  if (name === 'number') return numberProblem(digitsOf(text), isLeft);
  if (name === 'expiry') return expiryProblem(text, isLeft, now);
  return isLeft && digitsOf(text).length !== cvcLength(number)
    ? problem('incomplete_cvc', "Your card's security code is incomplete.")
    : null;
}

function numberProblem(digits: string, isLeft: boolean): Problem | null {
  if (digits.length < numberLength(digits))
    return isLeft ? problem('incomplete_number', 'Your card number is incomplete.') : null;
  return passesLuhn(digits) ? null : problem('invalid_number', 'Your card number is invalid.');
}

function passesLuhn(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}

function expiryProblem(text: string, isLeft: boolean, now: Date): Problem | null {
  const expiry = expiryOf(text);
  const [month, year] = [now.getMonth() + 1, now.getFullYear()];
  if (!expiry) return isLeft ? problem('incomplete_expiry', "Your card's expiration date is incomplete.") : null;
  if (expiry.month < 1 || expiry.month > 12)
    return problem('invalid_expiry_month', "Your card's expiration month is not one of 1 to 12.");
  if (expiry.year < year) return problem('invalid_expiry_year_past', "Your card's expiration year is in the past.");
  if (expiry.year > year + YEARS_AHEAD)
    return problem('invalid_expiry_year', "Your card's expiration year is too far ahead.");
  return expiry.year === year && expiry.month < month
    ? problem('invalid_expiry_month_past', "Your card's expiration date is in the past.")
    : null;
}
