import { describe, expect, it } from '@jest/globals';
import { renewedExpiry } from './sandbox-life.js';

const HOUR = 3_600_000;
const LIFE = 7 * 24 * HOUR;
const START = Date.parse('2026-01-31T09:00:00.000Z');
const at = (ms: number): Date => new Date(START + ms);

describe('A request', () => {
  it('renews the life of a sandbox that lives by requests, at most once an hour', () => {
    const sandbox = { expiresAt: at(LIFE), renewedForMs: LIFE };
    expect(renewedExpiry(sandbox, at(0))).toBeNull();
    expect(renewedExpiry(sandbox, at(HOUR - 1))).toBeNull();
    expect(renewedExpiry(sandbox, at(HOUR))).toEqual(at(HOUR + LIFE));
    expect(renewedExpiry(sandbox, at(LIFE - 1))).toEqual(at(2 * LIFE - 1));
  });

  it('leaves the end of all others', () => {
    expect(renewedExpiry({ expiresAt: at(HOUR) }, at(HOUR - 1))).toBeNull();
  });

  it('never shortens a life, where the clock of the machine went back', () => {
    expect(renewedExpiry({ expiresAt: at(LIFE), renewedForMs: LIFE }, at(-24 * HOUR))).toBeNull();
  });
});
