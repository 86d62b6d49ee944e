import { expect, it } from '@jest/globals';
import { describeDeadline } from './describe-deadline.js';

it.each([
  [7 * 86_400_000 - 1, '6 d 23 h left'],
  [86_400_000, '1 d 0 h left'],
  [5_400_000, '1 h 30 min left'],
  [120_000, '2 min left'],
  [5, 'less than a minute left'],
  [0, 'passed'],
  [-1, 'passed'],
])('A deadline in %d ms is said as “%s”', (left, text) => {
  expect(describeDeadline(1_000 + left, 1_000)).toBe(text);
});
