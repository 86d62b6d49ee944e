import { describe, expect, it } from '@jest/globals';
import { meaningOf } from './answer-meaning.js';

const NOW = new Date('2025-11-05T10:45:00.000Z');
const meaning = (status: number | null, retryAfter: string | null = null) =>
  meaningOf({ status, error: status !== null && status < 300 ? null : 'failed', retryAfter }, NOW);

describe('An answer', () => {
  it.each([200, 201, 202, 204, 299])('of %i is a success, whatever it asks', (status) => {
    expect(meaning(status, '60')).toEqual({ delivered: true, gone: false, slowDown: false, retryAfterMs: 0 });
  });

  it.each([301, 302, 400, 401, 404, 500, 503])('of %i is a failure like any other', (status) => {
    expect(meaning(status)).toEqual({ delivered: false, gone: false, slowDown: false, retryAfterMs: 0 });
  });

  it('that never came is a failure like any other', () => {
    expect(meaning(null)).toEqual({ delivered: false, gone: false, slowDown: false, retryAfterMs: 0 });
  });

  it('of 410 ends it', () => {
    expect(meaning(410).gone).toBe(true);
  });

  it.each([429, 502, 504])('of %i asks for less', (status) => {
    expect(meaning(status).slowDown).toBe(true);
  });

  it.each([
    ['120', 120_000],
    [' 5 ', 5000],
    ['0', 0],
    ['Wed, 05 Nov 2025 10:46:00 GMT', 60_000],
    ['Wed, 05 Nov 2025 10:44:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', 0],
    ['', 0],
    ['-5', 0],
  ])('with Retry-After: %s asks to wait for %i ms', (retryAfter, ms) => {
    expect(meaning(503, retryAfter)).toMatchObject({ retryAfterMs: ms, slowDown: ms > 0 });
  });
});
