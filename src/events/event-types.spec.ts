import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, isKnownPattern, matches } from './event-types.js';

describe('A subscription', () => {
  it.each(EVENT_TYPES)('to * or to %s itself gets it', (type) => {
    expect([matches('*', type), matches(type, type), isKnownPattern(type)]).toEqual([true, true, true]);
  });

  it('to a group gets the types below it, and no others', () => {
    const got = (pattern: string): string[] => EVENT_TYPES.filter((type) => matches(pattern, type));
    expect(got('refund.*')).toEqual(['refund.created', 'refund.completed', 'refund.failed', 'refund.canceled']);
    expect(got('webhook.endpoint.*')).toEqual(['webhook.endpoint.disabled']);
    expect(got('payment.completed')).toEqual(['payment.completed']);
  });

  it.each(['', '.*', 'pay*', 'payment', 'payment.', 'payment.completed.*', 'PAYMENT.*', '**', 'invoice.*', ' *'])(
    'to %j is none',
    (pattern) => {
      expect(isKnownPattern(pattern)).toBe(false);
    },
  );
});
