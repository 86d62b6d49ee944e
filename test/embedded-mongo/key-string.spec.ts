import { describe, expect, it } from '@jest/globals';
import { Binary, ObjectId } from 'bson';
import fc from 'fast-check';
import { compareValues, compoundKey, endOfValue, keyOf } from '../../src/platform/embedded-mongo/key-string.js';

const sign = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const codePoints = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [codePoints(a), codePoints(b)];
  const at = left.findIndex((point, i) => point !== right[i]);
  if (at < 0) return Math.sign(left.length - right.length);
  return at >= right.length ? 1 : Math.sign((left[at] ?? 0) - (right[at] ?? 0));
}

describe('Key strings', () => {
  it('order numbers as numbers', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true }),
        fc.double({ noNaN: true }),
        (a, b) => sign(keyOf(a), keyOf(b)) === Math.sign(a === b ? 0 : a < b ? -1 : 1),
      ),
    );
  });

  it('order strings by code points, whatever characters they contain', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (a, b) => sign(keyOf(a), keyOf(b)) === compareCodePoints(a, b),
      ),
      { numRuns: 2000 },
    );
  });

  it('order by several fields in turn, each in its direction', () => {
    const pair = fc.tuple(fc.constantFrom('', 'a', 'a\0', 'ab', 'b'), fc.integer({ min: -2, max: 2 }));
    fc.assert(
      fc.property(pair, pair, fc.boolean(), fc.boolean(), ([a1, a2], [b1, b2], firstDown, secondDown) => {
        const first = compareCodePoints(a1, b1) * (firstDown ? -1 : 1);
        const second = Math.sign(a2 - b2) * (secondDown ? -1 : 1);
        expect(
          sign(compoundKey([a1, a2], [firstDown, secondDown]), compoundKey([b1, b2], [firstDown, secondDown])),
        ).toBe(first || second || 0);
      }),
    );
  });

  it('tell where each value of several fields ends', () => {
    const scalar = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        undefined,
        true,
        NaN,
        new Date(5),
        new ObjectId(),
        new Binary(Buffer.from([0, 255, 0])),
      ),
      fc.integer(),
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\0b', '\u0001', '\0', ''),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.boolean(), scalar, (first, descending, second) => {
        const key = compoundKey([first, second], [descending, false]);
        expect(endOfValue(key, 0, descending)).toBe(keyOf(first, descending).length);
        expect(endOfValue(key, keyOf(first, descending).length, false)).toBe(key.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('follow the order of types', () => {
    const ordered = [
      undefined,
      null,
      NaN,
      -Infinity,
      -1,
      0,
      1e-320,
      1,
      Infinity,
      '',
      'a',
      {},
      { a: 1 },
      { b: 1 },
      { a: 'x' },
      [],
      [1],
      new Binary(Buffer.from('zz')),
      new Binary(Buffer.from('aaa')),
      new ObjectId('0'.repeat(24)),
      new ObjectId('f'.repeat(24)),
      false,
      true,
      new Date(-1),
      new Date(0),
    ];
    const keys = ordered.map((value) => keyOf(value));
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(ordered.every((value, i) => i === 0 || compareValues(ordered[i - 1], value) < 0)).toBe(true);
  });

  it('are never a prefix of another key string, in either direction', () => {
    const text = fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', '\u00ff', '\uFFFD') });
    fc.assert(
      fc.property(
        text,
        text,
        fc.boolean(),
        (a, b, descending) => a === b || !keyOf(a, descending).startsWith(keyOf(b, descending)),
      ),
      { numRuns: 2000 },
    );
  });

  it('are equal only for equal values', () => {
    expect(keyOf(0)).toBe(keyOf(-0));
    expect(keyOf({ a: 1, b: 2 })).not.toBe(keyOf({ b: 2, a: 1 }));
    expect(keyOf([1, [2]])).not.toBe(keyOf([[1], 2]));
  });
});
