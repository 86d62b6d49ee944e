import { describe, expect, it } from '@jest/globals';
import { isNewPayment } from './payment-filters.js';

const created = {
  type: 'payment.created',
  data: {
    id: 'txn_1',
    status: 'pending',
    currency: 'USD',
    amount: 20,
    customerName: 'Jenny Rosen',
    orderReference: null,
  },
};

describe('A new payment', () => {
  it.each([
    [{}, true],
    [{ currency: 'USD' }, true],
    [{ currency: 'EUR' }, false],
    [{ status: 'pending', minAmount: '20', maxAmount: '20' }, true],
    [{ minAmount: '20.01' }, false],
    [{ maxAmount: '19' }, false],
    [{ customerName: 'Jenny Rosen' }, true],
    [{ orderReference: 'order-1' }, false],
    // The gateway alone can tell.
    [{ search: 'jenny' }, false],
    // It is not on this page.
    [{ startingAfter: 'txn_0' }, false],
  ])('belongs to a list with the filters %j: %s', (query, belongs) => {
    expect(isNewPayment(created, query)).toBe(belongs);
  });

  it('is no other event', () => {
    expect(isNewPayment({ ...created, type: 'payment.completed' }, {})).toBe(false);
  });
});
