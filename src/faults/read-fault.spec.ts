import { describe, expect, it } from '@jest/globals';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { readFault, type SentFault } from './read-fault.js';

const OPERATIONS = ['charge', 'capture'];
const sent = (overrides: Partial<SentFault>): SentFault => ({
  match: {},
  when: null,
  effect: null,
  sequence: null,
  times: undefined,
  skip: 0,
  probability: 1,
  ...overrides,
});

describe('A fault that is asked for', () => {
  it('has defaults', () => {
    expect(readFault(sent({ effect: { type: 'reset' } }), OPERATIONS)).toEqual({
      match: {},
      when: 'before',
      effect: { type: 'reset' },
      sequence: null,
      times: 1,
      skip: 0,
      probability: 1,
    });
    expect(readFault(sent({ effect: { type: 'drop' } }), OPERATIONS).when).toBeNull();
    expect(readFault(sent({ effect: { type: 'drop' }, times: null }), OPERATIONS).times).toBeNull();
    expect(readFault(sent({ sequence: [null, { type: 'reset' }] }), OPERATIONS)).toMatchObject({
      effect: null,
      times: 2,
    });
  });

  it.each<[string, Partial<SentFault>, (string | number)[], string]>([
    ['neither effect nor sequence', {}, ['effect'], 'missing'],
    ['both', { effect: { type: 'reset' }, sequence: [{ type: 'reset' }] }, ['sequence'], 'extra_forbidden'],
    ['no effect in a sequence', { sequence: [null] }, ['sequence'], 'list_length'],
    ['an effect that is no object', { effect: 'reset' }, ['effect'], 'dict_type'],
    ['no type', { effect: {} }, ['effect', 'type'], 'missing'],
    ['an unknown type', { effect: { type: 'explode' } }, ['effect', 'type'], 'enum'],
    ['an inherited name as type', { effect: { type: 'constructor' } }, ['effect', 'type'], 'enum'],
    ['a field of another type', { effect: { type: 'reset', ms: 1 } }, ['effect', 'ms'], 'extra_forbidden'],
    ['an inherited name', { effect: { type: 'reset', toString: 1 } }, ['effect', 'toString'], 'extra_forbidden'],
    ['no status', { effect: { type: 'status' } }, ['effect', 'status'], 'missing'],
    ['a status of success', { effect: { type: 'status', status: 200 } }, ['effect', 'status'], 'greater_than_equal'],
    ['a wait that is too long', { effect: { type: 'latency', ms: 300_001 } }, ['effect', 'ms'], 'less_than_equal'],
    ['a wait as text', { effect: { type: 'latency', ms: '1' } }, ['effect', 'ms'], 'int_parsing'],
    ['half a distribution', { effect: { type: 'latency', p50: 1 } }, ['effect', 'p99'], 'missing'],
    [
      'percentiles in disorder',
      { effect: { type: 'latency', p50: 9, p99: 1 } },
      ['effect', 'p99'],
      'greater_than_equal',
    ],
    ['in a sequence', { sequence: [{ type: 'reset' }, { type: 'x' }] }, ['sequence', 1, 'type'], 'enum'],
    ['two kinds', { sequence: [{ type: 'reset' }, { type: 'drop' }] }, ['sequence', 1, 'type'], 'extra_forbidden'],
    ['too much', { effect: { type: 'status', status: 500, body: 'x'.repeat(20_000) } }, [], 'too_long'],
    ['a moment of a webhook', { effect: { type: 'drop' }, when: 'after' }, ['when'], 'extra_forbidden'],
  ])('%s', (_name, overrides, loc, type) => {
    expectRefused(overrides, loc, type);
  });

  it.each<[string, unknown, string, (string | number)[], string]>([
    ['an unknown field', { operations: 'charge' }, 'reset', ['match', 'operations'], 'extra_forbidden'],
    ['an unknown operation', { operation: 'pay' }, 'reset', ['match', 'operation'], 'enum'],
    ['an unknown method', { method: 'PUT' }, 'reset', ['match', 'method'], 'enum'],
    ['a path without a slash', { path: 'payments' }, 'reset', ['match', 'path'], 'string_pattern_mismatch'],
    ['metadata of numbers', { metadata: { a: 1 } }, 'reset', ['match', 'metadata'], 'metadata_type'],
    ['an unknown event', { event: 'nothing.*' }, 'drop', ['match', 'event'], 'unknown_event_type'],
    ['an event of a request', { event: 'payment.*' }, 'reset', ['match', 'event'], 'extra_forbidden'],
    ['an operation of a webhook', { operation: 'charge' }, 'drop', ['match', 'operation'], 'extra_forbidden'],
  ])('a match with %s', (_name, match, type, loc, violation) => {
    expectRefused({ match, effect: { type } }, loc, violation);
  });
});

function expectRefused(overrides: Partial<SentFault>, loc: (string | number)[], type: string): void {
  try {
    readFault(sent(overrides), OPERATIONS);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationFailedError);
    expect((error as ValidationFailedError).violations).toEqual([
      expect.objectContaining({ loc: ['body', ...loc], type }),
    ]);
    return;
  }
  throw new Error('It was not refused.');
}
