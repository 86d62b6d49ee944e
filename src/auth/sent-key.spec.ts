import { describe, expect, it } from '@jest/globals';
import { sentKey } from './sent-key.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const withHeader = (authorization: string) => sentKey({ headers: { authorization } });

describe('The key of a request of the dialect', () => {
  it('comes as a bearer token, or as the user of HTTP Basic without a password', () => {
    expect(withHeader('Bearer sk_test_a')).toBe('sk_test_a');
    expect(withHeader('bearer  sk_test_a ')).toBe('sk_test_a');
    expect(withHeader(basic('sk_test_a:'))).toBe('sk_test_a');
    expect(withHeader(basic('sk_test_a'))).toBe('sk_test_a');
  });

  it('comes as a parameter of the form, or else of the query', () => {
    const headers = {};
    expect(sentKey({ headers, body: { key: 'pk_test_a' }, query: { key: 'pk_test_b' } })).toBe('pk_test_a');
    expect(sentKey({ headers, body: {}, query: { key: 'pk_test_b' } })).toBe('pk_test_b');
    expect(sentKey({ headers, body: Object.assign(Object.create(null) as object, { key: 'pk_test_a' }) })).toBe(
      'pk_test_a',
    );
    expect(sentKey({ headers: { authorization: 'Bearer sk_test_a' }, body: { key: 'pk_test_a' } })).toBe('sk_test_a');
  });

  it.each(['sk_test_a', 'Bearer', 'Bearer a b', 'Digest sk_test_a', 'Basic', basic(':'), basic('sk_test_a:secret')])(
    'is not read from the header %j',
    (authorization) => {
      expect(withHeader(authorization)).toBeNull();
    },
  );

  it.each([undefined, null, 'key=pk_test_a', { key: '' }, { key: ['pk_test_a'] }, { key: { a: 'pk_test_a' } }])(
    'is not read from %j',
    (body) => {
      expect(sentKey({ headers: {}, body, query: body })).toBeNull();
    },
  );
});
