import { describe, expect, it } from '@jest/globals';
import { isNewDispute } from './dispute-filters.js';

describe('A new dispute', () => {
  const data = { status: 'needs_response', stage: 'inquiry', reason: 'fraudulent', paymentId: 'txn_1' };

  it.each([
    [{}, true],
    [{ stage: 'inquiry', paymentId: 'txn_1' }, true],
    [{ stage: 'chargeback' }, false],
    [{ createdAfter: '2026-01-01T00:00:00.000Z' }, false],
    [{ startingAfter: 'dsp_1' }, false],
  ])('belongs to a list with %j: %s', (query, belongs) => {
    expect(isNewDispute({ type: 'dispute.created', data }, query)).toBe(belongs);
  });

  it('is told of by its creation alone', () => {
    expect(isNewDispute({ type: 'dispute.updated', data }, {})).toBe(false);
  });
});
