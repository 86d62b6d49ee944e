import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passesLuhn } from '../platform/common/card-numbers.js';
import { TEST_CARDS } from '../simulation/test-cards.js';
import { type CardInput, checkCard } from './card-rules.js';

const NOW = new Date('2026-06-30T23:59:59Z');
const card = (overrides: Partial<CardInput> = {}): CardInput => ({
  number: '4242424242424242',
  expMonth: 12,
  expYear: 2030,
  cvc: '123',
  ...overrides,
});
const codeOf = (overrides: Partial<CardInput>, now = NOW): string | null => {
  const checked = checkCard(card(overrides), now);
  return 'token' in checked ? null : checked.code;
};
const refusesAs = (field: string, overrides: Partial<CardInput>): void => {
  expect(checkCard(card(overrides), NOW)).toMatchObject({ field });
};

describe('checkCard', () => {
  it.each(TEST_CARDS.filter(({ token }) => token !== null))('accepts the test card $number', ({ number, brand }) => {
    expect(checkCard(card({ number, cvc: brand === 'amex' ? '1234' : '123' }), NOW)).toMatchObject({ number, brand });
  });

  it('accepts no number that is not in the catalogue, whatever it is', () => {
    const known = new Set(TEST_CARDS.map(({ number }) => number));
    const digits = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 19 })
      .map((each) => each.join(''));
    // With the right check digit, like a real card.
    const real = digits.map(
      (each) => Array.from({ length: 10 }, (_, last) => `${each.slice(0, -1)}${last}`).find(passesLuhn) ?? each,
    );
    fc.assert(
      fc.property(fc.oneof(digits, real, fc.string({ maxLength: 40 })), (number) => {
        fc.pre(!known.has(number));
        expect(codeOf({ number })).toBe(
          /^\d{12,19}$/.test(number) && passesLuhn(number) ? 'live_card_refused' : 'incorrect_number',
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('never answers back what was typed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{13,19}$/), fc.stringMatching(/^\d{5,9}$/), (number, cvc) => {
        const answer = JSON.stringify(checkCard(card({ number, cvc }), NOW));
        expect(answer.includes(number) || answer.includes(cvc)).toBe(false);
      }),
    );
  });

  it.each([
    [{ expMonth: 0 }, 'invalid_expiry_month', 'expMonth'],
    [{ expMonth: 13 }, 'invalid_expiry_month', 'expMonth'],
    [{ expYear: 2025 }, 'invalid_expiry_year', 'expYear'],
    [{ expYear: 26 }, 'invalid_expiry_year', 'expYear'],
    [{ expYear: 2077 }, 'invalid_expiry_year', 'expYear'],
    [{ expYear: 2026, expMonth: 5 }, 'invalid_expiry_month', 'expMonth'],
    [{ cvc: '' }, 'invalid_cvc', 'cvc'],
    [{ cvc: '99' }, 'invalid_cvc', 'cvc'],
    [{ cvc: '1234' }, 'invalid_cvc', 'cvc'],
    [{ cvc: '12\n' }, 'invalid_cvc', 'cvc'],
    [{ cvc: '123\n' }, 'invalid_cvc', 'cvc'],
    [{ number: '378282246310005', cvc: '123' }, 'invalid_cvc', 'cvc'],
    [{ number: '4242424242424242\n' }, 'incorrect_number', 'number'],
  ])('refuses %j as %s', (overrides, code, field) => {
    expect(codeOf(overrides)).toBe(code);
    refusesAs(field, overrides);
  });

  it('accepts a card to the end of the month that is printed on it, and for fifty years', () => {
    expect(codeOf({ expYear: 2026, expMonth: 6 })).toBeNull();
    expect(codeOf({ expYear: 2026, expMonth: 6 }, new Date('2026-07-01T00:00:00Z'))).toBe('invalid_expiry_month');
    expect(codeOf({ expYear: 2076 })).toBeNull();
  });

  it('accepts a card without a security code', () => {
    expect(codeOf({ cvc: null })).toBeNull();
    expect(codeOf({ number: '378282246310005', cvc: null })).toBeNull();
  });
});
