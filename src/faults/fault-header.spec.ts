import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { readFaultHeader } from './fault-header.js';

describe('X-Fault', () => {
  it.each([
    ['after; reset', { when: 'after', effect: { type: 'reset' } }],
    ['AFTER;reset', { when: 'after', effect: { type: 'reset' } }],
    ['before; status=503; retryAfter=2', { when: 'before', effect: { type: 'status', status: 503, retryAfter: 2 } }],
    ['before; status; status=429', { when: 'before', effect: { type: 'status', status: 429 } }],
    ['before; latency=200', { when: 'before', effect: { type: 'latency', ms: 200 } }],
    ['after; latency; p50=20; p99=100;', { when: 'after', effect: { type: 'latency', p50: 20, p99: 100 } }],
    ['after; drip=10', { when: 'after', effect: { type: 'drip', bytesPerSecond: 10 } }],
  ])('%s', (header, expected) => {
    expect(readFaultHeader(header)).toEqual(expected);
  });

  it.each([
    ['', 'enum'],
    ['reset', 'enum'],
    ['later; reset', 'enum'],
    ['after', 'enum'],
    ['after; drop', 'enum'],
    ['after; nothing', 'enum'],
    ['after; reset=1', 'extra_forbidden'],
    ['after; reset; ms=1', 'extra_forbidden'],
    ['after; status', 'missing'],
    ['after; status=200', 'greater_than_equal'],
    ['after; status=abc', 'int_parsing'],
    ['after; status=503; body=1', 'extra_forbidden'],
    ['after; status=503; retryAfter', 'missing'],
    ['after; latency', 'missing'],
    ['after; latency=60001', 'less_than_equal'],
    [`after; ${'x'.repeat(500)}`, 'string_too_long'],
  ])('%s is refused', (header, type) => {
    expect(() => readFaultHeader(header)).toThrow(ValidationFailedError);
    try {
      readFaultHeader(header);
    } catch (error) {
      const [violation] = (error as ValidationFailedError).violations;
      expect(violation).toMatchObject({ loc: ['header', 'X-Fault'], type });
    }
  });

  it('either is read or is refused, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          readFaultHeader(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationFailedError);
        }
      }),
    );
  });
});
