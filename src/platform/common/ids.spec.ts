import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from './ids.js';

const moment = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });

describe('newId', () => {
  it('is the prefix and 24 hex digits', () => {
    expect(newId('txn', new Date())).toMatch(/^txn_[0-9a-f]{24}$/);
  });

  it('is another one each time, also in the same millisecond', () => {
    const now = new Date();
    expect(new Set(Array.from({ length: 10_000 }, () => newId('evt', now))).size).toBe(10_000);
  });

  it('sorts by the time it was made', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        fc.pre(a.getTime() < b.getTime());
        expect(newId('txn', a) < newId('txn', b)).toBe(true);
      }),
    );
  });
});
