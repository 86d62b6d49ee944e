import { describe, expect, it } from '@jest/globals';
import { redactJson } from './redact.js';

const redacted = (value: unknown): string => redactJson(JSON.stringify(value)) ?? '';

describe('A body in the request log', () => {
  it.each(['password', 'currentPassword', 'apiKey', 'webhookSecret', 'secret', 'access_token', 'number', 'cvc'])(
    'has no value of %s, wherever it stands',
    (name) => {
      for (const body of [
        { [name]: 'hidden-value' },
        { a: [{ b: { [name]: 'hidden-value' } }] },
        { [name]: { deep: 'hidden-value' } },
        { [name.toUpperCase()]: 'hidden-value' },
      ]) {
        expect(redacted(body)).not.toContain('hidden-value');
      }
    },
  );

  it.each(['sk_test_my_suite', 'pk_test_a', 'sk_live_51Abc', 'rk_live_51Abc', 'pk_live_51Abc'])(
    'has no key of the Stripe-compatible dialect: %s',
    (key) => {
      for (const body of [{ key }, { details: `with ${key}.` }, { metadata: { [key]: 'a' } }, [[`(${key})`]]])
        expect(redacted(body)).not.toMatch(/my_suite|_a|51Abc/);
    },
  );

  it('has no link that signs in to the console', () => {
    const url = 'http://127.0.0.1:3000/console/login?to=/console/sandbox#link=';
    expect(redacted({ data: [{ consoleUrl: `${url}eyJh.eyJz-_.c2ln` }] })).toBe(
      `{"data":[{"consoleUrl":"${url}[redacted]"}]}`,
    );
  });

  it.each([
    '4242424242424242',
    '4242 4242 4242 4242',
    '4242-4242-4242-4242',
    '378282246310005',
    'card: 4000000000000002.',
    '"4242424242424242"',
    'card4242424242424242',
    '4242424242424242USD',
    '4242.4242.4242.4242',
    '4242  4242  4242  4242',
  ])('has no card number, typed as %s into any field', (text) => {
    const digits = text.replace(/\D/g, '');
    for (const body of [{ details: text }, { metadata: { a: text } }, [text], { details: `pay ${text} now` }]) {
      const kept = redacted(body);
      expect(kept).not.toBe('');
      expect(kept.replace(/\D/g, '')).not.toContain(digits);
    }
  });

  it('has no card number that is written with escapes, or as the name of a field', () => {
    expect(redactJson(String.raw`{"details":"\u0034242424242424242"}`)).toBe('{"details":"[redacted]"}');
    expect(redactJson('{"4242424242424242":1}')).toBe('{"[redacted]":1}');
  });

  it('has no card number that is a JSON number', () => {
    expect(redactJson('{"details":4242424242424242}')).not.toContain('4242424242424242');
  });

  it('keeps what is no secret as it was: ids, amounts, times, numbers that are no card', () => {
    const body = {
      id: 'txn_0193a5e2c7f11b2c3d4e5f60',
      task: 'task_test_1, Account of sk_test_…uite',
      amount: 1000.5,
      createdAt: '2025-11-06T11:13:58.910Z',
      details: 'order 1234567890123',
      none: null,
      yes: true,
    };
    expect(redacted(body)).toBe(JSON.stringify(body));
    for (let n = 0; n < 2000; n++) {
      const id = `txn_${String(n * 7919).padStart(24, '0')}`;
      expect(redacted({ id })).toBe(JSON.stringify({ id }));
    }
  });

  it('is not kept where it is empty, too large or not JSON', () => {
    expect([null, '', 'password=secret', `{"a":"${'x'.repeat(9000)}"}`].map(redactJson)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
