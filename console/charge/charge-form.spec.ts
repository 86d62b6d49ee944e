import { describe, expect, it } from '@jest/globals';
import { chargeOf, EMPTY_CHARGE, withTestValue } from './charge-form.js';

describe('The form of a charge', () => {
  it('sends nothing of what was left empty', () => {
    expect(chargeOf({ ...EMPTY_CHARGE, currency: ' usd ' })).toEqual({
      customerName: 'Jenny Rosen',
      paymentAmount: 19.99,
      currency: 'USD',
    });
  });

  it('reads metadata line by line', () => {
    expect(chargeOf({ ...EMPTY_CHARGE, metadata: 'cart=17\nno pair\nnote = a=b ' }).metadata).toEqual({
      cart: '17',
      note: 'a=b',
    });
  });

  it.each([
    ['token', 'pm_card_visa', { paymentMethod: 'pm_card_visa' }],
    ['card', '4242424242424242', { cardNumber: '4242424242424242' }],
    ['header', 'lost_card', { simulate: 'lost_card' }],
    ['customer_name', 'FAIL', { customerName: 'FAIL' }],
    ['amount', '666', { paymentAmount: 666 }],
  ] as const)('puts a test value of the channel %s where it belongs, alone', (channel, value, part) => {
    const before = { ...EMPTY_CHARGE, paymentMethod: 'pm_old', simulate: 'approved' };
    expect(withTestValue(before, { channel, value })).toEqual({ ...EMPTY_CHARGE, ...part });
  });
});
