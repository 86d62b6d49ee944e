import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isMetadata, mergedMetadata } from './metadata.js';

const metadata = fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }));
const changes = fc.dictionary(fc.string({ maxLength: 5 }), fc.option(fc.string({ maxLength: 5 })));

describe('Metadata', () => {
  it('has what was changed, keeps what was not named, and loses what was set to null', () => {
    fc.assert(
      fc.property(metadata, changes, (before, changed) => {
        const after = mergedMetadata(before, changed);
        for (const key of new Set([...Object.keys(before), ...Object.keys(changed)])) {
          const expected = Object.hasOwn(changed, key) ? changed[key] : before[key];
          expect(Object.hasOwn(after, key) ? after[key] : null).toBe(expected ?? null);
        }
        expect(mergedMetadata(after, changed)).toEqual(after);
      }),
    );
  });

  it('is empty when all of it is removed', () => {
    expect(mergedMetadata({ order: '1' }, null)).toEqual({});
  });

  it('is an object of texts', () => {
    expect([{}, { order: '1' }].every(isMetadata)).toBe(true);
    expect([null, [], 'text', { order: 1 }, { order: null }].some(isMetadata)).toBe(false);
  });
});
