import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DialectError } from './dialect-error.js';
import { fieldName, type FormValue, parseForm } from './form.js';

/** The same with ordinary objects, which compare. */
const plain = (text: string): unknown => JSON.parse(JSON.stringify(parseForm(text)));

const name = fc.stringMatching(/^[a-z]{1,8}$/).filter((each) => !['constructor', 'prototype'].includes(each));
const value: fc.Arbitrary<FormValue> = fc.letrec<{ value: FormValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.string(),
    fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3 }),
  ),
})).value;

function encode(form: FormValue, path: readonly (string | number)[]): string[] {
  if (typeof form === 'string') return [`${encodeURIComponent(fieldName(path))}=${encodeURIComponent(form)}`];
  if (Array.isArray(form)) return form.flatMap((each, index) => encode(each, [...path, index]));
  return Object.entries(form).flatMap(([key, each]) => encode(each, [...path, key]));
}

describe('parseForm', () => {
  it('reads every nested value as it was encoded', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), (form) => {
        expect(plain(encode(form, []).join('&'))).toEqual(form);
      }),
    );
  });

  it.each([
    ['', {}],
    ['a=1&&b=2', { a: '1', b: '2' }],
    ['a', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=x+y%20z', { a: 'x y z' }],
    ['a[]=1&a[]=2', { a: ['1', '2'] }],
    ['a[][k]=1&a[][k]=2', { a: [{ k: '1' }, { k: '2' }] }],
    ['a[][k]=1&a[][l][m]=2&a[][l][n]=3&a[][k]=4', { a: [{ k: '1', l: { m: '2', n: '3' } }, { k: '4' }] }],
    ['a[][k][]=1&a[][k][]=2', { a: [{ k: ['1', '2'] }] }],
    ['a%5Bb%5D%5B0%5D=1', { a: { b: ['1'] } }],
    ['a[0][k]=1&a[0][l]=2&a[1][k]=3', { a: [{ k: '1', l: '2' }, { k: '3' }] }],
    ['metadata[a b]=c', { metadata: { 'a b': 'c' } }],
    ['metadata[0]=a&metadata[17]=b', { metadata: { 0: 'a', 17: 'b' } }],
  ])('reads %j', (text, form) => {
    expect(plain(text)).toEqual(form);
  });

  it('never throws anything but an error of the dialect, and sets no prototype', () => {
    const parts = fc.constantFrom(
      'a',
      '[',
      ']',
      '=',
      '&',
      '[]',
      '[0]',
      '[1]',
      '__proto__',
      'constructor',
      '%',
      '%5B',
      '1',
      '+',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (pieces) => {
        try {
          parseForm(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DialectError);
        }
        expect(({} as Record<string, unknown>).a).toBeUndefined();
      }),
    );
  });
});
