import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { add, formatAmount, formatText, subtract } from './money.js';

describe('An amount', () => {
  it.each([
    [1234.5, 'USD', '1,234.50 USD'],
    [500, 'JPY', '500 JPY'],
    [1.5, 'KWD', '1.500 KWD'],
    [0, 'EUR', '0.00 EUR'],
    // The currency has more decimals by ISO 4217 than this browser knows.
    [1.234, 'IQD', '1.234 IQD'],
    [-7.49, 'USD', '-7.49 USD'],
    // A newer gateway may have what this console does not know.
    [1.5, '??', '1.5 ??'],
  ])('of %s %s is shown as %s', (amount, currency, shown) => {
    expect(formatAmount(amount, currency, 'en-US')).toBe(shown);
  });

  it('is written as the viewer writes numbers', () => {
    expect(formatAmount(1234.5, 'EUR', 'de-DE')).toBe('1.234,50 EUR');
  });

  it.each([
    ['90071992547409930.12', 'USD', '90,071,992,547,409,930.12 USD'],
    ['-7', 'USD', '-7.00 USD'],
    ['500', 'JPY', '500 JPY'],
    ['1.2345', 'USD', '1.2345 USD'],
  ])('that is written exactly, %s %s, is shown as %s at any size', (text, currency, shown) => {
    expect(formatText(text, currency, 'en-US')).toBe(shown);
  });

  it('and another one have a sum without the dust of binary fractions', () => {
    expect(add(0.1, 0.2)).toBe(0.3);
  });

  it('less a part of it has no dust of binary fractions', () => {
    expect(subtract(19.99, 12.5)).toBe(7.49);
    fc.assert(
      fc.property(fc.nat(1e12), fc.nat(1e12), (one, other) => {
        expect(subtract(one / 100, other / 100)).toBe((one - other) / 100);
      }),
    );
  });
});
