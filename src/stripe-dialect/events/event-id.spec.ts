import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeOf } from '../../platform/common/ids.js';
import { dialectEventId } from './event-id.js';

const digits = fc.stringMatching(/^[0-9a-f]{24}$/);

describe('The id of an event of the dialect', () => {
  it('has 24 characters, the time of its cause, and its world', () => {
    fc.assert(
      fc.property(digits, fc.nat(100), (tail, index) => {
        const id = dialectEventId(`evt_${tail}~a.b`, index);
        expect(id).toMatch(/^evt_[0-9A-Za-z]{24}~a\.b$/);
        expect(timeOf(id)).toEqual(timeOf(`evt_${tail}`));
        const later = dialectEventId(`evt_0${tail.slice(1)}`, index, 3000);
        expect(timeOf(later).getTime() - timeOf(`evt_0${tail.slice(1)}`).getTime()).toBe(3000);
      }),
    );
  });

  it('sorts as its cause does, then by its place', () => {
    fc.assert(
      fc.property(digits, digits, fc.nat(100), fc.nat(100), (one, other, first, second) => {
        const order = (a: string | number, b: string | number): number => Number(a > b) - Number(a < b);
        const expected = order(one, other) || order(first, second);
        expect(order(dialectEventId(`evt_${one}`, first), dialectEventId(`evt_${other}`, second))).toBe(expected);
      }),
    );
  });
});
