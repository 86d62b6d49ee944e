import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RATE_LIMITS, parseRateLimits, RATE_LIMIT_PATTERN } from './rate-limits.js';

describe('The setting of rate limits', () => {
  it('may be off', () => {
    expect(parseRateLimits('off')).toBeNull();
    expect(RATE_LIMIT_PATTERN.test('off')).toBe(true);
  });

  it('keeps the defaults of the classes that it does not name', () => {
    expect(parseRateLimits('write=5/10')).toEqual({
      ...parseRateLimits(DEFAULT_RATE_LIMITS),
      write: { quota: 5, windowSeconds: 10 },
    });
  });

  it('has defaults for every class', () => {
    expect(parseRateLimits(DEFAULT_RATE_LIMITS)).toEqual({
      anonymous: { quota: 3000, windowSeconds: 60 },
      credentials: { quota: 600, windowSeconds: 60 },
      read: { quota: 12_000, windowSeconds: 60 },
      write: { quota: 6000, windowSeconds: 60 },
    });
  });

  it.each(['write=1/1', 'anonymous=3/60,read=4/60,write=5/3600', 'credentials=5/60'])('may be %s', (setting) => {
    expect(RATE_LIMIT_PATTERN.test(setting)).toBe(true);
  });

  it.each([
    'on',
    'write=0/60',
    'write=5/0',
    'write=5',
    'write=5/60,',
    'admin=5/60',
    'write=-5/60',
    'write=5/60;read=5/60',
    'OFF',
    'write=1e3/60',
  ])('may not be %s', (setting) => {
    expect(RATE_LIMIT_PATTERN.test(setting)).toBe(false);
  });
});
