import { describe, expect, it } from '@jest/globals';
import { consoleCookie, consoleCookieName, readConsoleCookie } from './console-cookie.js';

const VALUE = 'A-_z'.repeat(10) + '123';

describe('The cookie of the console', () => {
  it.each([`mpg_console=${VALUE}`, `a=b; mpg_console=${VALUE}; c=d`, `mpg_console=;mpg_console=${VALUE}`])(
    'is read from %s',
    (header) => {
      expect(readConsoleCookie(header, 'mpg_console')).toBe(VALUE);
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
    `mpg_console_3000=${VALUE}`,
    `MPG_CONSOLE=${VALUE}`,
    'mpg_console={"$gt":""}',
  ])('is not in %s', (header) => {
    expect(readConsoleCookie(header, 'mpg_console')).toBeNull();
  });

  it.each([
    ['127.0.0.1:3000', 'mpg_console_3000'],
    ['[::1]:3000', 'mpg_console_3000'],
    ['pay.example', 'mpg_console'],
    ['[::1]', 'mpg_console'],
    ['', 'mpg_console'],
    ['pay.example:1; Path=/', 'mpg_console'],
  ])('at %s is %s: browsers send it to every port', (host, name) => {
    expect(consoleCookieName(host)).toBe(name);
  });

  it('goes to no script, to no other site, and to no path but that of the console', () => {
    expect(consoleCookie('mpg_console', VALUE, 60, false)).toBe(
      `mpg_console=${VALUE}; Path=/console; Max-Age=60; HttpOnly; SameSite=Strict`,
    );
  });

  it('goes by https alone if it was set by https', () => {
    expect(consoleCookie('mpg_console', VALUE, 60, true)).toMatch(/; Secure$/);
  });

  it('is removed with the same attributes', () => {
    expect(consoleCookie('mpg_console', null, 60, false)).toBe(
      'mpg_console=; Path=/console; Max-Age=0; HttpOnly; SameSite=Strict',
    );
  });
});
