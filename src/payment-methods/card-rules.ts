import { passesLuhn } from '../platform/common/card-numbers.js';
import { type Brand, cardByNumber, type TestCard } from '../simulation/test-cards.js';

/** The card data that a client sends. */
export interface CardInput {
  readonly number: string;
  readonly expMonth: number;
  /** Four digits. */
  readonly expYear: number;
  readonly cvc: string | null;
}

export type CardErrorCode =
  'incorrect_number' | 'invalid_expiry_month' | 'invalid_expiry_year' | 'invalid_cvc' | 'live_card_refused';

/** The reason why a card is refused, and the field at fault. */
export interface CardError {
  readonly code: CardErrorCode;
  readonly field: 'number' | 'expMonth' | 'expYear' | 'cvc';
  readonly message: string;
}

const MAX_YEARS_TO_EXPIRY = 50;

/** American Express prints four digits, all others three. */
const cvcLength = (brand: Brand): number => (brand === 'amex' ? 4 : 3);

/**
 * Returns the test card, or the first error. Accepts only numbers of the catalogue, so that the gateway never handles
 * a real card.
 */
export function checkCard({ number, expMonth, expYear, cvc }: CardInput, now: Date): TestCard | CardError {
  const card = cardByNumber(number);
  if (!/^\d{12,19}$/.test(number) || !passesLuhn(number))
    return { code: 'incorrect_number', field: 'number', message: 'The card number is wrong' };
  if (!card)
    return {
      code: 'live_card_refused',
      field: 'number',
      message: 'This is no test card; use a test card from GET /api/v1/test-values',
    };
  const expiry = checkExpiry({ expMonth, expYear }, now);
  if (expiry) return expiry;
  if (cvc !== null && !new RegExp(`^\\d{${cvcLength(card.brand)}}$`).test(cvc)) {
    return {
      code: 'invalid_cvc',
      field: 'cvc',
      message: `The security code should have ${cvcLength(card.brand)} digits`,
    };
  }
  return card;
}

/** Returns what is wrong with the expiry of a card; null if nothing is. */
export function checkExpiry(
  { expMonth, expYear }: Pick<CardInput, 'expMonth' | 'expYear'>,
  now: Date,
): CardError | null {
  if (expMonth < 1 || expMonth > 12)
    return { code: 'invalid_expiry_month', field: 'expMonth', message: 'The month of expiry is not one of 1 to 12' };
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() + 1];
  if (expYear < year || expYear > year + MAX_YEARS_TO_EXPIRY)
    return {
      code: 'invalid_expiry_year',
      field: 'expYear',
      message: 'The year of expiry is in the past or too far ahead',
    };
  if (expYear === year && expMonth < month)
    return { code: 'invalid_expiry_month', field: 'expMonth', message: 'The card has expired' };
  return null;
}
