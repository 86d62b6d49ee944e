import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasFilters, neighbours, newerThan, olderThan, readQuery, withFilter } from './filters.js';

const FILTERS = ['status', 'currency'];

describe('The filters of a list', () => {
  it('are what the URL says, without what is empty or unknown', () => {
    const search = new URLSearchParams('status=failed&currency=&admin=1&startingAfter=txn_1');
    expect(readQuery(search, FILTERS)).toEqual({ status: 'failed', startingAfter: 'txn_1' });
  });

  it('survive the way through the URL, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (status, currency) => {
        const query = { status, currency };
        expect(readQuery(new URLSearchParams(new URLSearchParams(query).toString()), FILTERS)).toEqual(
          Object.fromEntries(new URLSearchParams(query)),
        );
      }),
    );
  });

  it('begin the list anew when one changes', () => {
    expect(withFilter({ status: 'failed', startingAfter: 'txn_1' }, 'currency', 'USD')).toEqual({
      status: 'failed',
      currency: 'USD',
    });
    expect(withFilter({ status: 'failed' }, 'status', '')).toEqual({});
  });

  it('stay on the next page', () => {
    expect(olderThan({ status: 'failed', endingBefore: 'txn_9' }, 'txn_1')).toEqual({
      status: 'failed',
      startingAfter: 'txn_1',
    });
    expect(newerThan({ startingAfter: 'txn_1' }, 'txn_9')).toEqual({ endingBefore: 'txn_9' });
    expect([hasFilters({ startingAfter: 'txn_1' }), hasFilters({ status: 'failed' })]).toEqual([false, true]);
  });

  it.each([
    [{}, true, { newer: false, older: true }],
    [{}, false, { newer: false, older: false }],
    [{ startingAfter: 'a' }, true, { newer: true, older: true }],
    [{ startingAfter: 'a' }, false, { newer: true, older: false }],
    [{ endingBefore: 'a' }, true, { newer: true, older: true }],
    [{ endingBefore: 'a' }, false, { newer: false, older: true }],
  ])('%j with more: %s has the buttons %j', (query, hasMore, buttons) => {
    expect(neighbours(query, hasMore)).toEqual(buttons);
  });
});
