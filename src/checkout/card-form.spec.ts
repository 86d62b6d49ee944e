import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TEST_CARDS } from '../simulation/test-cards.js';
import { DEFAULT_CUSTOMER, readCardForm, readExpiry, type SentCardForm } from './card-form.js';

const NOW = new Date('2026-06-30T12:00:00Z');
const form = (overrides: Partial<SentCardForm> = {}): SentCardForm => ({
  customerName: 'Jenny Rosen',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
  testCard: null,
  ...overrides,
});
const errorsOf = (overrides: Partial<SentCardForm>): Readonly<Record<string, string>> => {
  const read = readCardForm(form(overrides), NOW);
  return 'errors' in read ? read.errors : {};
};

describe('The form of a card', () => {
  it.each(TEST_CARDS.filter(({ token }) => token !== null))('takes $number, typed or by its button', (card) => {
    const cvc = card.brand === 'amex' ? '1234' : '123';
    expect(readCardForm(form({ number: card.number, cvc }), NOW)).toEqual({
      testToken: card.token,
      customerName: 'Jenny Rosen',
    });
    const pressed = form({ number: '', expiry: '', cvc: '', customerName: ' ', testCard: card.token });
    expect(readCardForm(pressed, NOW)).toEqual({ testToken: card.token, customerName: DEFAULT_CUSTOMER });
  });

  it.each([
    [{ number: '4111111111111111' }, { number: 'This is no test card; use a test card from GET /api/v1/test-values' }],
    [{ number: '4242424242424241' }, { number: 'The card number is wrong' }],
    [{ number: 'abc' }, { number: 'The card number is wrong' }],
    [{ expiry: '13/34' }, { expiry: 'The month of expiry is not one of 1 to 12' }],
    [{ expiry: '05/26' }, { expiry: 'The card has expired' }],
    [{ expiry: '12/2025' }, { expiry: 'The year of expiry is in the past or too far ahead' }],
    [{ cvc: '99' }, { cvc: 'The security code should have 3 digits' }],
    [{ customerName: '  ' }, { customerName: 'Enter the name of the customer' }],
    [{ customerName: 'x'.repeat(201) }, { customerName: 'The name can have at most 200 characters' }],
    [{ customerName: '4111 1111 1111 1111' }, { customerName: 'A card number does not belong here' }],
    [{ testCard: 'pm_other' }, { number: 'There is no such test card' }],
  ])('says at the field what is wrong with %j', (overrides, errors) => {
    expect(errorsOf(overrides)).toEqual(errors);
  });

  it('says of each empty field that it is empty, at once', () => {
    const errors = errorsOf({ customerName: '', number: '', expiry: '', cvc: '' });
    expect(Object.keys(errors).sort()).toEqual(['customerName', 'cvc', 'expiry', 'number']);
  });

  it('never answers a number or a security code, and takes no card that is not in the catalogue', () => {
    const digits = fc.stringMatching(/^\d{12,19}$/);
    fc.assert(
      fc.property(digits, fc.stringMatching(/^\d{5,9}$/), fc.boolean(), (number, cvc, isName) => {
        const read = readCardForm(form(isName ? { customerName: number, cvc } : { number, cvc }), NOW);
        expect('errors' in read).toBe(true);
        const text = JSON.stringify(read);
        expect(text.includes(number) || text.includes(cvc)).toBe(false);
      }),
    );
  });
});

describe('A date of expiry', () => {
  it.each(['12/34', '12 / 34', '1234', '12-34', '12/2034', '122034', ' 12.34 '])('is read as written: %j', (text) => {
    expect(readExpiry(text, NOW)).toEqual({ month: 12, year: 2034 });
  });

  it.each(['', '12', '12/3', '12/345', 'ab/cd', '1/2/34', '12/34\n56'])('is none: %j', (text) => {
    expect(readExpiry(text, NOW)).toBeNull();
  });
});
