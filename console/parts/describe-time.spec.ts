import { describe, expect, it } from '@jest/globals';
import { describeTime, exactTime, formatTime } from './describe-time.js';

const NOW = Date.parse('2026-01-31T09:00:00.000Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('A time', () => {
  it.each([
    [0, 'just now'],
    [-4 * SECOND, 'just now'],
    [-45 * SECOND, '45 s ago'],
    [-3 * MINUTE, '3 min ago'],
    [-23 * HOUR, '23 h ago'],
    [2 * SECOND, 'in a moment'],
    [3 * MINUTE, 'in 3 min'],
  ])('%s ms from now is said as %s', (distance, said) => {
    expect(describeTime(NOW + distance, NOW)).toBe(said);
  });

  it('a day away or more is a date', () => {
    expect(describeTime(NOW - 24 * HOUR, NOW)).toMatch(/2026/);
  });

  it('that is none is shown as it was sent', () => {
    expect(formatTime(new Intl.DateTimeFormat(), 'soon')).toBe('soon');
  });

  it('is exact with UTC beside it', () => {
    expect(exactTime('2026-01-31T09:00:00.000Z')).toMatch(/ · 2026-01-31T09:00:00\.000Z$/);
  });
});
