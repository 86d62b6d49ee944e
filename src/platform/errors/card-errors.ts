import type { CatalogueEntry } from './catalogue-entry.js';

/** The `detail` of a refused card: one violation of a field of the body. What was sent is not repeated. */
const refusedCard = (field: string, type: string, msg: string) => [
  { loc: ['body', field], type, msg, input: null, ctx: {} },
];

/** The error codes of cards that cannot become payment methods. */
export const CARD_ERRORS = {
  incorrect_number: {
    status: 422,
    cause: 'The card number is wrong.',
    action: 'Let the customer type it again.',
    detail: refusedCard('number', 'incorrect_number', 'The card number is wrong'),
  },
  invalid_expiry_month: {
    status: 422,
    cause: 'The month of expiry is not one of 1 to 12, or the card expired in an earlier month of this year.',
    action: 'Let the customer type it again.',
    detail: refusedCard('expMonth', 'invalid_expiry_month', 'The month of expiry is not one of 1 to 12'),
  },
  invalid_expiry_year: {
    status: 422,
    cause: 'The year of expiry is in the past, or more than 50 years ahead.',
    action: 'Let the customer type it again, or use another card.',
    detail: refusedCard('expYear', 'invalid_expiry_year', 'The year of expiry is in the past or too far ahead'),
  },
  invalid_cvc: {
    status: 422,
    cause: 'The security code has the wrong length for the brand of the card.',
    action: 'Let the customer type it again.',
    detail: refusedCard('cvc', 'invalid_cvc', 'The security code should have 3 digits'),
  },
  live_card_refused: {
    status: 422,
    cause: 'The number is not a test card: the gateway takes no real cards.',
    action: 'Use a card of `GET /test-values`.',
    detail: refusedCard(
      'number',
      'live_card_refused',
      'This is no test card; use a test card from GET /api/v1/test-values',
    ),
  },
} as const satisfies Record<string, CatalogueEntry>;
