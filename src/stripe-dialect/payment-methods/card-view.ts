import type { ChargedMethod } from '../../payment-methods/payment-methods.service.js';
import type { CheckResult } from '../../simulation/outcome.js';

/** What both a payment method and a charge show of a card. */
export type ShownCard = Pick<
  ChargedMethod,
  'testToken' | 'brand' | 'funding' | 'last4' | 'expMonth' | 'expYear' | 'fingerprint' | 'checks'
>;

const DISPLAY_BRANDS: Readonly<Record<string, string>> = { amex: 'american_express', diners: 'diners_club' };
const WITHOUT_THREE_D_SECURE: ReadonlySet<string> = new Set(['amex']);

/** Data that was not sent has no result; the one card that is never checked says so. */
function checkOf(result: CheckResult, testToken: string): CheckResult | null {
  return result === 'unchecked' && testToken !== 'pm_card_avsUnchecked' ? null : result;
}

export function checksView({ checks, testToken }: ShownCard) {
  return {
    address_line1_check: checkOf(checks.addressLine, testToken),
    address_postal_code_check: checkOf(checks.postalCode, testToken),
    cvc_check: checkOf(checks.cvc, testToken),
  };
}

/** `card` of a payment method. */
export function cardView(card: ShownCard) {
  const { brand, funding, last4, expMonth, expYear, fingerprint } = card;
  return {
    brand,
    checks: checksView(card),
    country: 'US',
    display_brand: DISPLAY_BRANDS[brand] ?? brand,
    exp_month: expMonth,
    exp_year: expYear,
    fingerprint,
    funding,
    generated_from: null,
    last4,
    networks: { available: [brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: !WITHOUT_THREE_D_SECURE.has(brand) },
    wallet: null,
  };
}

/** How a charge shows the card that was charged. */
export function chargedCardView(
  card: ShownCard,
  { amount, authenticated }: { amount: number; authenticated: boolean },
) {
  const { brand, funding, last4, expMonth, expYear, fingerprint } = card;
  return {
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand,
      checks: checksView(card),
      country: 'US',
      electronic_commerce_indicator: null,
      exp_month: expMonth,
      exp_year: expYear,
      extended_authorization: { status: 'disabled' },
      fingerprint,
      funding,
      incremental_authorization: { status: 'unavailable' },
      installments: null,
      last4,
      mandate: null,
      multicapture: { status: 'unavailable' },
      network: brand,
      network_token: { used: false },
      network_transaction_id: null,
      overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
      regulated_status: 'unregulated',
      three_d_secure: authenticated
        ? {
            authentication_flow: 'challenge',
            electronic_commerce_indicator: '05',
            exemption_indicator: null,
            result: 'authenticated',
            result_reason: null,
            transaction_id: null,
            version: '2.2.0',
          }
        : null,
      transaction_link_id: null,
      wallet: null,
    },
    type: 'card',
  };
}
