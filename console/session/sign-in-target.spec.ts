import { describe, expect, it } from '@jest/globals';
import { linkToken, signInTarget } from './sign-in-target.js';

describe('Where a sign-in leads', () => {
  it.each([
    ['', '/login', '/'],
    ['', '/payments/txn_1', '/payments/txn_1'],
    ['?to=/console/sandbox', '/login', '/sandbox'],
    ['?to=/payments?status=failed', '/login', '/payments?status=failed'],
    ['?to=https://evil.example', '/login', '/'],
    ['?to=//evil.example', '/login', '/'],
    ['?to=/%5Cevil.example', '/login', '/'],
    ['?to=javascript:alert(1)', '/login', '/'],
  ])('from %s at %s is %s, always a page of the console', (search, location, target) => {
    expect(signInTarget(search, location)).toBe(target);
  });

  it('takes the token of a link from the part of the address that browsers send to nobody', () => {
    expect(linkToken('#link=abc.def')).toBe('abc.def');
    expect(linkToken('')).toBeNull();
  });
});
