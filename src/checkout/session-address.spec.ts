import { describe, expect, it } from '@jest/globals';
import { isSessionAddress, sessionAddress } from './session-address.js';

const ID = 'cs_0193a5e2c7f11b2c3d4e5f60';

describe('The address of a shop', () => {
  it.each([
    ['https://shop.example/done?s={CHECKOUT_SESSION_ID}', `https://shop.example/done?s=${ID}`],
    ['https://shop.example/{CHECKOUT_SESSION_ID}/done#x', `https://shop.example/${ID}/done#x`],
    [
      'https://shop.example/?a=%7BCHECKOUT_SESSION_ID%7D&b={CHECKOUT_SESSION_ID}',
      `https://shop.example/?a=${ID}&b=${ID}`,
    ],
    ['http://127.0.0.1:4000/done', 'http://127.0.0.1:4000/done'],
    ['https://shop.example/ä b', 'https://shop.example/%C3%A4%20b'],
  ])('%s has the id of the session filled in', (url, expected) => {
    expect(isSessionAddress(url)).toBe(true);
    // Without the world, which nobody outside knows.
    expect(sessionAddress(url, `${ID}~k3j9x2ab.q7w1m0`)).toBe(expected);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '/done', 'shop.example', '', 'ftp://shop.example', null, 5])(
    '%j is none',
    (url) => {
      expect(isSessionAddress(url)).toBe(false);
    },
  );
});
