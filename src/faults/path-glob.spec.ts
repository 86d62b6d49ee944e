import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesPath } from './path-glob.js';

describe('A path pattern', () => {
  it.each([
    ['/payments/charge', '/payments/charge', true],
    ['/payments/charge', '/payments/charges', false],
    ['/payments/*', '/payments/charge', true],
    ['/payments/*', '/payments/txn_1/capture', true],
    ['/payments/*', '/payments/', false],
    ['/payments/*', '/payments', false],
    ['/payments/*/refunds', '/payments/txn_1/refunds', true],
    ['/payments/*/refunds', '/payments//refunds', false],
    ['*', '/anything', true],
    ['/**', '/ab', true],
    ['/**', '/a', false],
    ['/a*a', '/aa', false],
    ['/a*a', '/aba', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected);
  });

  it('means the same as a regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const path = text.replaceAll('*', 'a');
        const expression = new RegExp(`^${pattern.replaceAll('*', '.+')}$`);
        expect(matchesPath(pattern, path)).toBe(expression.test(path));
      }),
    );
  });

  it('takes no quadratic time', () => {
    const began = performance.now();
    expect(matchesPath(`/${'a*'.repeat(99)}b`, `/${'a'.repeat(16_000)}`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(200);
  });
});
