import { checkCard } from '../payment-methods/card-rules.js';
import { holdsCardNumber } from '../platform/common/card-numbers.js';
import { cardByToken } from '../simulation/test-cards.js';

export const MAX_NAME = 200;

/** Who pays if nobody says so. */
export const DEFAULT_CUSTOMER = 'Test customer';

export const CARD_FIELDS = ['customerName', 'number', 'expiry', 'cvc'] as const;
export type CardField = (typeof CARD_FIELDS)[number];

/** The form as a browser sent it. */
export interface SentCardForm extends Readonly<Record<CardField, string>> {
  /** The token of the test card whose button was pressed; null for the card that was typed. */
  readonly testCard: string | null;
}

/** What is wrong, by field. */
export type CardFormErrors = Readonly<Partial<Record<CardField, string>>>;

export type ReadCardForm =
  { readonly testToken: string; readonly customerName: string } | { readonly errors: CardFormErrors };

/** Reads who pays with which test card. Only cards of the catalogue are accepted; what was typed is never answered. */
export function readCardForm(form: SentCardForm, now: Date): ReadCardForm {
  const customerName = form.customerName.trim();
  const nameError = errorOfName(customerName);
  if (form.testCard !== null) {
    const errors = nameError === null || customerName === '' ? {} : { customerName: nameError };
    if (Object.keys(errors).length > 0) return { errors };
    // A button of the page has it; whoever sends another token gets the form again.
    return cardByToken(form.testCard)
      ? { testToken: form.testCard, customerName: customerName || DEFAULT_CUSTOMER }
      : { errors: { number: 'There is no such test card' } };
  }
  const card = readCard(form, now);
  const errors = { ...(nameError !== null && { customerName: nameError }), ...('errors' in card && card.errors) };
  return 'testToken' in card && nameError === null ? { testToken: card.testToken, customerName } : { errors };
}

function errorOfName(name: string): string | null {
  if (name === '') return 'Enter the name of the customer';
  if (holdsCardNumber(name)) return 'A card number does not belong here';
  return Array.from(name).length > MAX_NAME ? `The name can have at most ${MAX_NAME} characters` : null;
}

/** Reports all fields that cannot be read; once they can, the first one that is refused. */
function readCard(
  { number, expiry, cvc }: SentCardForm,
  now: Date,
): { readonly testToken: string } | { readonly errors: CardFormErrors } {
  const digits = number.replace(/[\s-]/g, '');
  const date = readExpiry(expiry, now);
  if (digits === '' || date === null || cvc.trim() === '')
    return {
      errors: {
        ...(digits === '' && { number: 'Enter the card number' }),
        ...(date === null && { expiry: 'Enter the month and year of expiry, such as 12 / 34' }),
        ...(cvc.trim() === '' && { cvc: 'Enter the security code' }),
      },
    };
  const card = checkCard({ number: digits, expMonth: date.month, expYear: date.year, cvc: cvc.trim() }, now);
  if (!('token' in card)) return { errors: { [FIELD_OF[card.field]]: card.message } };
  return card.token === null ? { errors: { number: 'The card number is wrong' } } : { testToken: card.token };
}

const FIELD_OF = { number: 'number', expMonth: 'expiry', expYear: 'expiry', cvc: 'cvc' } as const;

/** `12/34`, `12 / 2034` or `1234`; years of two digits are of this century. Null if it is none of these. */
export function readExpiry(text: string, now: Date): { readonly month: number; readonly year: number } | null {
  const [, month, year = ''] = /^(\d{1,2})[\s/.-]*(\d{4}|\d{2})$/.exec(text.trim()) ?? [];
  if (month === undefined) return null;
  const century = Math.floor(now.getUTCFullYear() / 100) * 100;
  return { month: Number(month), year: year.length === 2 ? century + Number(year) : Number(year) };
}
