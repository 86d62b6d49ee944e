import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDuration } from './duration.js';

describe('A duration', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['36h', 129_600_000],
    ['3d', 259_200_000],
    ['0s', 0],
    ['PT36H', 129_600_000],
    ['P3D', 259_200_000],
    ['P1DT2H3M4S', 93_784_000],
    ['P2W', 1_209_600_000],
    ['PT0S', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', 'P1DT', '3', 'd', '3 d', '3D', '1.5d', '-1d', '+1d', 'P1Y', 'P1M', '1w', 'P1W2D', '3d\n'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it('is never half understood', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});
