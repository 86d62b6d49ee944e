import { describe, expect, it } from '@jest/globals';
import { cardByToken, TEST_CARDS } from '../simulation/test-cards.js';
import { attachmentFailure, outcomeOffSession } from './attachment-rules.js';

const failureOf = (testToken: string, cvcSent = true): string | null =>
  attachmentFailure({ testToken, cvcSent })?.code ?? null;

describe('Attaching a card', () => {
  it.each([
    ['pm_card_chargeDeclined', 'card_declined'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc'],
  ])('refuses %s with the failure of its charges', (token, code) => {
    expect(failureOf(token)).toBe(code);
  });

  it('accepts the card whose charges alone are declined, and those that decline after 3-D Secure', () => {
    expect(failureOf('pm_card_chargeCustomerFail')).toBeNull();
    expect(failureOf('pm_card_threeDSecureRequiredChargeDeclined')).toBeNull();
  });

  it('accepts a wrong security code that was not sent', () => {
    expect(failureOf('pm_card_chargeDeclinedIncorrectCvc', false)).toBeNull();
  });

  it.each(TEST_CARDS.filter(({ token, outcome }) => token !== null && outcome.result === 'approved'))(
    'accepts $token, which pays',
    ({ token }) => {
      expect(failureOf(token ?? '')).toBeNull();
    },
  );
});

describe('A charge without the customer', () => {
  const offSession = (testToken: string, isSetUp: boolean): boolean => {
    const outcome = cardByToken(testToken)?.outcome;
    if (!outcome) throw new Error(`There is no card ${testToken}`);
    return outcomeOffSession({ testToken, isSetUp, outcome }).authentication;
  };

  it('needs 3-D Secure until the card is set up', () => {
    expect(offSession('pm_card_authenticationRequiredOnSetup', false)).toBe(true);
    expect(offSession('pm_card_authenticationRequiredOnSetup', true)).toBe(false);
  });

  it('needs it always of the card that always requires it', () => {
    expect(offSession('pm_card_authenticationRequired', true)).toBe(true);
  });
});
