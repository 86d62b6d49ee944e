import { describe, expect, it } from '@jest/globals';
import { consoleCookie, readConsoleCookie } from './console-cookie.js';

const VALUE = 'A-_z'.repeat(10) + '123';

describe('The cookie of the console', () => {
  it.each([`mpg_console=${VALUE}`, `a=b; mpg_console=${VALUE}; c=d`, `mpg_console=;mpg_console=${VALUE}`])(
    'is read from %s',
    (header) => {
      expect(readConsoleCookie(header)).toBe(VALUE);
    },
  );

  it.each([
    undefined,
    '',
    'mpg_console',
    'mpg_console=',
    `mpg_console=${VALUE}x`,
    `mpg_console="${VALUE}"`,
    `xmpg_console=${VALUE}`,
    `MPG_CONSOLE=${VALUE}`,
    'mpg_console={"$gt":""}',
  ])('is not in %s', (header) => {
    expect(readConsoleCookie(header)).toBeNull();
  });

  it('goes to no script, to no other site, and to no path but that of the console', () => {
    expect(consoleCookie(VALUE, 60, false)).toBe(
      `mpg_console=${VALUE}; Path=/console; Max-Age=60; HttpOnly; SameSite=Strict`,
    );
  });

  it('goes by https alone if it was set by https', () => {
    expect(consoleCookie(VALUE, 60, true)).toMatch(/; Secure$/);
  });

  it('is removed with the same attributes', () => {
    expect(consoleCookie(null, 60, false)).toBe('mpg_console=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict');
  });
});
