import { describe, expect, it } from '@jest/globals';
import type { Payment } from '../../client/payments.js';
import { amountLeft, describeMove, movesOf } from './payment-moves.js';

const payment = {
  customerName: 'Jenny Rosen',
  amount: 19.99,
  amountCaptured: 19.99,
  amountRefunded: 0,
  currency: 'USD',
} as Payment;

describe('The moves of a payment', () => {
  it.each([
    ['pending', ['cancel', 'delete']],
    ['authorized', ['capture', 'void', 'delete']],
    ['completed', ['refund', 'delete']],
    ['refunded', ['delete']],
    ['voided', ['delete']],
    ['canceled', ['delete']],
    ['failed', ['delete']],
  ] as const)('that is %s are %j', (status, moves) => {
    expect(movesOf({ status, nextAction: null })).toEqual(moves);
  });

  it('that waits for its customer begin with the answer to the challenge', () => {
    const nextAction = { type: 'redirect', url: 'http://127.0.0.1/3ds', expiresAt: null } as const;
    expect(movesOf({ status: 'requires_action', nextAction })).toEqual(['authenticate', 'cancel', 'delete']);
  });

  it('say in one sentence what they will do', () => {
    expect(describeMove(payment, 'refund', 12.5)).toBe(
      'Refund 12.50 USD to Jenny Rosen. 7.49 USD can still be refunded.',
    );
    expect(describeMove(payment, 'refund', 19.99)).toBe(
      'Refund 19.99 USD to Jenny Rosen. Nothing more can be refunded.',
    );
    expect(describeMove({ ...payment, amountCaptured: 0 }, 'capture', 10)).toBe(
      'Capture 10.00 USD from Jenny Rosen. 9.99 USD of the authorization is released.',
    );
  });

  it('offer what is left', () => {
    expect(amountLeft({ ...payment, amountRefunded: 12.5 }, 'refund')).toBe(7.49);
    expect(amountLeft({ ...payment, amountCaptured: 0 }, 'capture')).toBe(19.99);
  });
});
