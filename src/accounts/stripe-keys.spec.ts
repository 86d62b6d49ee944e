import { describe, expect, it } from '@jest/globals';
import { chosenPair, isLiveKey, isTestKey, newKeyPair } from './stripe-keys.js';

describe('A pair of keys that the gateway made', () => {
  const pairs = Array.from({ length: 200 }, newKeyPair);

  it('has 24 letters and digits each, and neither key tells the other', () => {
    for (const { secretKey, publishableKey } of pairs) {
      expect(secretKey).toMatch(/^sk_test_[A-Za-z0-9]{24}$/);
      expect(publishableKey).toMatch(/^pk_test_[A-Za-z0-9]{24}$/);
      expect(publishableKey.slice(8)).not.toBe(secretKey.slice(8));
    }
    expect(new Set(pairs.flatMap(({ secretKey, publishableKey }) => [secretKey, publishableKey])).size).toBe(400);
  });

  it('is never taken for one that somebody chose', () => {
    for (const { secretKey, publishableKey } of pairs) {
      expect([secretKey, publishableKey].map(isTestKey)).toEqual([true, true]);
      expect([secretKey, publishableKey].map(chosenPair)).toEqual([null, null]);
    }
  });
});

describe('A chosen key', () => {
  it.each(['a', 'my_suite', '51HxYz0123456789abcdefghIJKL', 'x'.repeat(100), 'ABCDEFGHIJKLMNOPQRSTUVWX'])(
    'tells its pair: %s',
    (rest) => {
      const pair = { secretKey: `sk_test_${rest}`, publishableKey: `pk_test_${rest}` };
      expect(chosenPair(pair.secretKey)).toEqual(pair);
      expect(chosenPair(pair.publishableKey)).toEqual(pair);
    },
  );

  it.each([
    '',
    'sk_test_',
    `sk_test_${'x'.repeat(101)}`,
    'sk_test_a-b',
    'sk_test_a b',
    'sk_test_ä',
    'rk_test_a',
    'SK_TEST_a',
    ' sk_test_a',
    'sk_test_a\n',
  ])('is refused as %j', (key) => {
    expect([isTestKey(key), chosenPair(key)]).toEqual([false, null]);
  });
});

it.each([
  ['sk_live_a', true],
  ['rk_live_a', true],
  ['pk_live_a', true],
  ['sk_test_a', false],
  ['PK_LIVE_0123', false],
])('%s is a live key: %s', (key, isLive) => {
  expect(isLiveKey(key)).toBe(isLive);
});
