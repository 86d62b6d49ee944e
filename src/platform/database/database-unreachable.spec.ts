import { describe, expect, it } from '@jest/globals';
import { isDatabaseUnreachable } from './database-unreachable.js';

const errorOf = (name: string, code?: number): Error =>
  Object.assign(new Error('x'), { name, ...(code !== undefined && { code }) });

describe('An error of the database', () => {
  it.each(['MongoNetworkError', 'MongoServerSelectionError', 'MongooseServerSelectionError', 'MongoPoolClearedError'])(
    '%s means that it cannot be reached',
    (name) => {
      expect(isDatabaseUnreachable(errorOf(name))).toBe(true);
    },
  );

  it.each([91, 189, 10_107, 11_600, 11_602, 13_435])(
    'with the code %d means that it is stopping or was replaced as primary',
    (code) => {
      expect(isDatabaseUnreachable(errorOf('MongoServerError', code))).toBe(true);
    },
  );

  it.each([11_000, 2, 8, 66])('with the code %d is about the request', (code) => {
    expect(isDatabaseUnreachable(errorOf('MongoServerError', code))).toBe(false);
  });
});
