import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideFault, type FaultState, limitOf, matchesRequest, matchesWebhook, remainingOf } from './decide-fault.js';
import type { Effect } from './effects.js';

const RESET: Effect = { type: 'reset' };
const fault = (overrides: Partial<FaultState> = {}): FaultState => ({
  match: {},
  when: 'before',
  effect: RESET,
  sequence: null,
  times: 1,
  skip: 0,
  probability: 1,
  seen: 0,
  used: 0,
  ...overrides,
});

/** Runs as many requests as there are fractions, and returns what happened to each. */
function run(first: FaultState, fractions: readonly number[]): (Effect | null)[] {
  let state = first;
  return fractions.map((fraction) => {
    const decision = decideFault(state, fraction);
    if (!decision) return null;
    state = { ...state, seen: decision.seen, used: decision.used };
    return decision.effect;
  });
}
const always = (count: number): number[] => Array.from({ length: count }, () => 0);

describe('A fault', () => {
  it('hits once by default, then never again', () => {
    expect(run(fault(), always(3))).toEqual([RESET, null, null]);
    expect(decideFault(fault({ used: 1 }), 0)).toBeNull();
  });

  it('lets the first ones pass', () => {
    expect(run(fault({ skip: 2, times: 2 }), always(5))).toEqual([null, null, RESET, RESET, null]);
  });

  it('takes the effects of a sequence one after another', () => {
    const sequence: Effect[] = [{ type: 'reset' }, { type: 'status', status: 503 }];
    expect(run(fault({ sequence: [...sequence, null, RESET], effect: null, times: 4 }), always(6))).toEqual([
      ...sequence,
      null,
      RESET,
      null,
      null,
    ]);
  });

  it('ends with its sequence, or with times, whatever comes first', () => {
    expect(limitOf({ times: 5, sequence: [RESET] })).toBe(1);
    expect(limitOf({ times: 1, sequence: [RESET, RESET] })).toBe(1);
    expect(limitOf({ times: null, sequence: [RESET, RESET] })).toBe(2);
    expect(limitOf({ times: null, sequence: null })).toBeNull();
  });

  it('hits as often as its probability and limit allow, for any numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 0, max: 10 }),
        (fractions, probability, times, skip) => {
          const hits = run(fault({ probability, times, skip }), fractions).filter((effect) => effect !== null);
          const likely = fractions.slice(skip).filter((fraction) => fraction < probability);
          expect(hits).toHaveLength(Math.min(times, likely.length));
        },
      ),
    );
  });

  it('never hits more often than it says that it can', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 40 }), (times, used) => {
        const state = fault({ times, used });
        expect(remainingOf(state)).toBe(Math.max(0, times - used));
        expect(decideFault(state, 0) === null).toBe(used >= times);
      }),
    );
  });
});

describe('A match', () => {
  const facts = { operation: 'capturePayment', method: 'POST', path: '/payments/txn_1/capture', metadata: { a: '1' } };

  it.each([
    [{}, true],
    [{ operation: 'capture' }, true],
    [{ operation: 'capturePayment' }, true],
    [{ operation: 'charge' }, false],
    [{ method: 'GET' }, false],
    [{ path: '/payments/*/capture' }, true],
    [{ path: '/payments/charge' }, false],
    [{ metadata: { a: '1' } }, true],
    [{ metadata: { a: '1', b: '2' } }, false],
    [{ operation: 'capture', method: 'POST', path: '/payments/*', metadata: { a: '1' } }, true],
  ])('%j of a request: %s', (match, expected) => {
    expect(matchesRequest(fault({ match }), facts)).toBe(expected);
  });

  it('does not look at what every object inherits', () => {
    expect(matchesRequest(fault({ match: { metadata: { constructor: 'x' } } }), facts)).toBe(false);
  });

  it.each([
    [{}, true],
    [{ event: '*' }, true],
    [{ event: 'payment.*' }, true],
    [{ event: 'payment.completed' }, true],
    [{ event: 'refund.*' }, false],
    [{ metadata: { case: '17' } }, true],
  ])('%j of a webhook: %s', (match, expected) => {
    const webhook = { event: 'payment.completed', metadata: { case: '17' } };
    expect(matchesWebhook(fault({ match, when: null }), webhook)).toBe(expected);
    expect(matchesWebhook(fault({ match, when: 'before' }), webhook)).toBe(false);
    expect(matchesRequest(fault({ match: {}, when: null }), facts)).toBe(false);
  });
});
