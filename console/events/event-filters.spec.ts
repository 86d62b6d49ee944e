import { describe, expect, it } from '@jest/globals';
import { isNewEvent } from './event-filters.js';

const EVENT = { type: 'payment.completed' };

describe('A new event', () => {
  it.each([{}, { type: 'payment.completed' }, { type: 'payment.*' }, { type: 'refund.*,payment.*' }, { type: '*' }])(
    'is new in a list with %j',
    (query) => {
      expect(isNewEvent(EVENT, query)).toBe(true);
    },
  );

  it.each([
    { type: 'payment.failed' },
    { type: 'refund.*' },
    { objectId: 'txn_1' },
    { type: 'payment.*', createdBefore: '2026-01-01T00:00:00Z' },
    { startingAfter: 'evt_1' },
    { endingBefore: 'evt_1' },
  ])('is none in a list with %j', (query) => {
    expect(isNewEvent(EVENT, query)).toBe(false);
  });
});
