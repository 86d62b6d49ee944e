import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { passesLuhn } from '../platform/common/card-numbers.js';
import { decideOutcome, type OutcomeInputs } from './decide-outcome.js';
import { APPROVED, declined } from './outcome.js';
import { TEST_CARDS } from './test-cards.js';
import { outcomeOfAmount, SIMULATED_OUTCOMES, TEST_VALUES } from './test-values.js';

const charge = (overrides: Partial<OutcomeInputs> = {}): OutcomeInputs => ({
  simulate: null,
  paymentMethod: null,
  amount: { minor: 1999, decimals: 2 },
  customerName: 'Acme Corporation',
  ...overrides,
});
const namesOf = (channel: string): string[] =>
  TEST_VALUES.filter((each) => each.channel === channel).map(({ value }) => value);

describe('decideOutcome', () => {
  it('takes the first of header, payment method, amount and name, whatever they are', () => {
    const decisive = fc.record({
      simulate: fc.option(fc.constantFrom(...SIMULATED_OUTCOMES)),
      paymentMethod: fc.option(
        fc.constantFrom(...TEST_CARDS.map(({ token, outcome }) => ({ value: token ?? 'pm_1', outcome }))),
      ),
      amount: fc.record({
        minor: fc.oneof(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 1, max: 999_999_999_990_000 })),
        decimals: fc.constantFrom(0, 2, 3, 4),
      }),
      customerName: fc.oneof(fc.constantFrom(...namesOf('customer_name')), fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(
        decisive,
        fc.constantFrom('range' as const, 'last_digits' as const, 'off' as const),
        (made, convention) => {
          const { outcome, rule } = decideOutcome(made, convention);
          const byAmount = outcomeOfAmount(made.amount.minor, made.amount.decimals, convention);
          const channel =
            made.simulate !== null
              ? 'header'
              : made.paymentMethod
                ? 'token'
                : byAmount
                  ? 'amount'
                  : namesOf('customer_name').includes(made.customerName)
                    ? 'customer_name'
                    : null;
          expect(rule?.channel ?? null).toBe(channel);
          if (channel === 'token') expect(outcome).toBe(made.paymentMethod?.outcome);
          if (channel === 'amount') expect(outcome).toEqual(byAmount);
          if (channel === null) expect(outcome).toBe(APPROVED);
          // A decline, and only a decline, has a failure.
          expect(outcome.failure !== null).toBe(outcome.result === 'declined');
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', ''])(
    'knows no outcome that is called %j',
    (name) => {
      expect(decideOutcome(charge({ simulate: name, customerName: name }), 'range')).toEqual({
        outcome: APPROVED,
        rule: null,
      });
    },
  );
});

describe('An amount', () => {
  it('is declined exactly from 2000 up to below 3000 major units, with the whole amount as the code', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 2, 3, 4), fc.integer({ min: 19_000, max: 31_000 }), (decimals, tenths) => {
        const minor = Math.floor((tenths * 10 ** decimals) / 10);
        const outcome = outcomeOfAmount(minor, decimals, 'range');
        const whole = Math.floor(minor / 10 ** decimals);
        expect(outcome?.failure?.code ?? null).toBe(
          minor >= 2000 * 10 ** decimals && minor < 3000 * 10 ** decimals ? String(whole) : null,
        );
      }),
      { numRuns: 2000 },
    );
    expect(
      [199_999, 200_000, 299_999, 300_000].map((minor) => outcomeOfAmount(minor, 2, 'range')?.failure?.code),
    ).toEqual([undefined, '2000', '2999', undefined]);
  });

  it('with the other convention is declined by its last digits, from three digits on', () => {
    expect([105, 5105, 100_005].map((minor) => outcomeOfAmount(minor, 2, 'last_digits'))).toEqual([
      declined('generic_decline'),
      declined('generic_decline'),
      declined('generic_decline'),
    ]);
    expect([5, 12, 62, 106, 510, 200_100].map((minor) => outcomeOfAmount(minor, 2, 'last_digits'))).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('The catalogue', () => {
  it('has each number and each token once', () => {
    for (const channel of ['card', 'token']) expect(new Set(namesOf(channel)).size).toBe(namesOf(channel).length);
    expect(TEST_CARDS.map(({ number }) => number)).toEqual(namesOf('card'));
  });

  it.each(TEST_CARDS)(
    'has in $number a number of its brand, which fails its checksum only if it has no token',
    ({ number, token, brand }) => {
      expect(passesLuhn(number)).toBe(token !== null);
      const begins = {
        visa: /^4\d{15}$/,
        mastercard: /^(5[1-5]|22)\d{14}$/,
        amex: /^3[47]\d{13}$/,
        discover: /^6011\d{12}$/,
        diners: /^30\d{14}$/,
        jcb: /^35\d{14}$/,
        unionpay: /^62\d{14}$/,
      };
      expect(number).toMatch(begins[brand]);
      if (token !== null) expect(token).toMatch(/^pm_card_\w+$/);
    },
  );
});
