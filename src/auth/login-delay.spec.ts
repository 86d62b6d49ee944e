import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ADDRESS_RULE, delayAfter, EMAIL_RULE, PAIR_RULE, refusalAfter } from './login-delay.js';

const rules = fc.constantFrom(PAIR_RULE, ADDRESS_RULE, EMAIL_RULE);
const failures = fc.nat(10_000);

describe('Failed logins', () => {
  it.each([PAIR_RULE, ADDRESS_RULE, EMAIL_RULE])('cost nothing up to a few: %j', (rule) => {
    for (let count = 0; count <= rule.free; count++)
      expect([delayAfter(count, rule), refusalAfter(count, rule)]).toEqual([0, 0]);
    expect(delayAfter(rule.free + 1, rule)).toBeGreaterThan(0);
  });

  it('are slowed down before they are refused', () => {
    for (const { free, refusedFrom } of [PAIR_RULE, ADDRESS_RULE]) expect(free).toBeLessThan(refusedFrom);
  });

  it('never make anybody wait less than fewer failures do', () => {
    fc.assert(
      fc.property(rules, failures, (rule, count) => {
        expect(delayAfter(count + 1, rule)).toBeGreaterThanOrEqual(delayAfter(count, rule));
        expect(refusalAfter(count + 1, rule)).toBeGreaterThanOrEqual(refusalAfter(count, rule));
      }),
    );
  });

  it('lock nobody out for good: a refusal lasts a minute at most, a delay two seconds', () => {
    fc.assert(
      fc.property(rules, failures, (rule, count) => {
        expect(refusalAfter(count, rule)).toBeLessThanOrEqual(60_000);
        expect(delayAfter(count, rule)).toBeLessThanOrEqual(2000);
      }),
    );
  });

  it('of one e-mail from anywhere are never refused, only slowed down', () => {
    fc.assert(fc.property(failures, (count) => refusalAfter(count, EMAIL_RULE) === 0));
  });

  it('are refused for twice as long with each further one', () => {
    const from = PAIR_RULE.refusedFrom;
    expect([0, 1, 2, 5, 6, 100].map((more) => refusalAfter(from + more, PAIR_RULE))).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000,
    ]);
    expect(refusalAfter(from - 1, PAIR_RULE)).toBe(0);
  });
});
