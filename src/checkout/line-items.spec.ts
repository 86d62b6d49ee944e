import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Money } from '../platform/common/money.js';
import { ValidationFailedError, type Violation } from '../platform/errors/validation-failed.error.js';
import { readLineItems } from './line-items.js';

const violationsOf = (items: readonly unknown[], amount = 20, currency = 'USD'): readonly Violation[] => {
  try {
    readLineItems(items, Money.ofMajor(amount, currency));
    return [];
  } catch (error) {
    if (error instanceof ValidationFailedError) return error.violations;
    throw error;
  }
};

describe('Line items', () => {
  it('are read when they add up to the amount, however it is split', () => {
    const item = fc.record({ cents: fc.integer({ min: 1, max: 100_000 }), quantity: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) => {
        const total = items.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
        const sent = items.map(({ cents, quantity }) => ({ name: 'Mug', amount: cents / 100, quantity }));
        expect(readLineItems(sent, Money.ofMinor(total, 'USD'))).toEqual(
          items.map(({ cents, quantity }) => ({ name: 'Mug', amount: cents, quantity })),
        );
        expect(violationsOf(sent, (total + 1) / 100)).toMatchObject([{ type: 'line_items_sum' }]);
      }),
    );
  });

  it('say what they add up to', () => {
    expect(violationsOf([{ name: 'Mug', amount: 8, quantity: 2 }])).toEqual([
      {
        loc: ['body', 'lineItems'],
        type: 'line_items_sum',
        msg: 'The line items add up to 16.00 USD, and the amount is 20.00 USD; they should be equal',
        input: null,
        ctx: { sum: 16, amount: 20 },
      },
    ]);
    expect(violationsOf([{ name: 'Gold', amount: 99_999_999_999, quantity: 10_000 }])).toMatchObject([
      { type: 'line_items_sum' },
    ]);
  });

  it.each([
    [{ name: '', amount: 20, quantity: 1 }, 'name', 'string_too_short'],
    [{ name: 'x'.repeat(201), amount: 20, quantity: 1 }, 'name', 'string_too_long'],
    [{ name: 5, amount: 20, quantity: 1 }, 'name', 'string_type'],
    [{ amount: 20, quantity: 1 }, 'name', 'missing'],
    [{ name: 'Mug', amount: 0, quantity: 1 }, 'amount', 'greater_than'],
    [{ name: 'Mug', amount: 20.001, quantity: 1 }, 'amount', 'decimal_max_places'],
    [{ name: 'Mug', amount: '20', quantity: 1 }, 'amount', 'decimal_type'],
    [{ name: 'Mug', amount: 20, quantity: 0 }, 'quantity', 'greater_than_equal'],
    [{ name: 'Mug', amount: 20, quantity: 1.5 }, 'quantity', 'int_parsing'],
    [{ name: 'Mug', amount: 20, quantity: 10_001 }, 'quantity', 'less_than_equal'],
    [{ name: 'Mug', amount: 20, quantity: 1, sku: 'x' }, 'sku', 'extra_forbidden'],
  ])('are refused as %j', (item, field, type) => {
    expect(violationsOf([item])).toMatchObject([{ loc: ['body', 'lineItems', 0, field], type }]);
  });

  it.each([null, 'Mug', 5, [], [[]]])('are no items: %j', (item) => {
    expect(violationsOf([item])[0]).toMatchObject({ loc: ['body', 'lineItems', 0], type: expect.any(String) });
  });
});
