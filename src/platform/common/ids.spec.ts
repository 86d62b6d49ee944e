import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from './ids.js';

const moment = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });

describe('newId', () => {
  it('returns the prefix and 24 hex digits', () => {
    expect(newId('txn', new Date())).toMatch(/^txn_[0-9a-f]{24}$/);
  });

  it('returns a different id each time, even in the same millisecond', () => {
    const now = new Date();
    expect(new Set(Array.from({ length: 10_000 }, () => newId('evt', now))).size).toBe(10_000);
  });

  it('returns ids that sort by creation time', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        fc.pre(a.getTime() < b.getTime());
        expect(newId('txn', a) < newId('txn', b)).toBe(true);
      }),
    );
  });
});
