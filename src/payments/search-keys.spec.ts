import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchKeysOf, searchPrefix } from './search-keys.js';

const finds = (name: string, search: string): boolean =>
  searchKeysOf(name).some((key) => key.startsWith(searchPrefix(search)));

describe('The search keys of a name', () => {
  it.each([
    ['Jenny Rosen', ['jenny rosen', 'rosen']],
    ['Acme', ['acme']],
    ["Conan O'Brien-Smith", ["conan o'brien-smith", "o'brien-smith", 'brien-smith', 'smith']],
    ['(EU) Acme', ['(eu) acme', 'eu) acme', 'acme']],
    ['José Núñez', ['jose nunez', 'nunez']],
    ['ÇELİK ΟΔΟΣ', ['celik οδοσ', 'οδοσ']],
    ['one two three four five', ['one two three four five', 'two three four five', 'three four five', 'four five']],
    ['田中 太郎', ['田中 太郎', '太郎']],
    ['  ', ['  ']],
    ['x'.repeat(60), ['x'.repeat(40)]],
    [`${'x'.repeat(39)}😀`, ['x'.repeat(39)]],
  ])('%j are %j', (name, keys) => {
    expect(searchKeysOf(name)).toEqual(keys);
  });

  it.each(['jen', 'JENNY R', 'rosen', 'Ros', 'ｒosen', 'rósen'])('find Jenny Rosen by %j', (search) => {
    expect(finds('Jenny Rosen', search)).toBe(true);
  });

  it.each(['enny', 'osen', 'rosena', 'jenny  rosen', '.*'])('do not find Jenny Rosen by %j', (search) => {
    expect(finds('Jenny Rosen', search)).toBe(false);
  });

  it('begin with the beginning of every prefix of the name, so that they serve an exact prefix, too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(60), (name, length) => {
        const prefix = Array.from(name).slice(0, length).join('');
        expect(searchKeysOf(name)[0]?.startsWith(searchPrefix(prefix))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are at most four, of at most 40 characters, and whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const keys = searchKeysOf(name);
        expect(keys.length).toBeLessThanOrEqual(4);
        for (const key of keys) expect([key.length <= 40, /\p{Surrogate}/u.test(key)]).toEqual([true, false]);
      }),
    );
  });
});
