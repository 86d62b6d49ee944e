import { describe, expect, it } from '@jest/globals';
import { shortenId } from './shorten.js';

describe('An id', () => {
  it.each([
    ['txn_0193a5e2c7f11b2c3d4e5f60', 'txn_0193…5f60'],
    ['req_short', 'req_short'],
    ['', ''],
  ])('%s is shown as %s', (id, shown) => {
    expect(shortenId(id)).toBe(shown);
  });
});
