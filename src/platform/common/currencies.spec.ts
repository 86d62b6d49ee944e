import { describe, expect, it } from '@jest/globals';
import { decimalsOf } from './currencies.js';

describe('decimalsOf', () => {
  it.each([
    ['USD', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['CLF', 4],
  ])('of %s is %d', (currency, decimals) => {
    expect(decimalsOf(currency)).toBe(decimals);
  });

  it.each(['usd', 'US', 'USDT', '', 'ABC', 'XAU', 'XTS', 'XXX', 'constructor'])('knows no currency %j', (currency) => {
    expect(decimalsOf(currency)).toBeUndefined();
  });
});
