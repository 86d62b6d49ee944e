import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './preferred-wait.js';

describe('The preference to wait', () => {
  it.each([
    ['wait=10', 10],
    ['wait="10"', 10],
    ['respond-async, Wait = 5 ; foo=bar', 5],
    ['wait=0', 0],
    ['wait=31', 30],
    ['wait=999999999', 30],
  ])('of "%s" is %d seconds', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });

  it.each(['', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=ten', 'respond-async', 'waiting=10', 'wait=9999999999'])(
    'of "%s" is none',
    (header) => {
      expect(preferredWait(header)).toBeNull();
    },
  );

  it('is the first of several', () => {
    expect(preferredWait(['return=minimal', 'wait=3, wait=9'])).toBe(3);
    expect(preferredWait(undefined)).toBeNull();
  });
});
