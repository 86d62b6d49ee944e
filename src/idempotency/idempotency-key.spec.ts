import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { parseIdempotencyKey } from './idempotency-key.js';

const quoted = (key: string): string => `"${key.replace(/[\\"]/g, '\\$&')}"`;
const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});

describe('An Idempotency-Key', () => {
  it('is none where there is no header', () => {
    expect(parseIdempotencyKey(undefined)).toBeNull();
  });

  it('is the same bare and as a structured string', () => {
    fc.assert(
      fc.property(
        visible.filter((key) => !key.startsWith('"')),
        (key) => {
          expect(parseIdempotencyKey(key)).toBe(key);
          expect(parseIdempotencyKey(quoted(key))).toBe(key);
        },
      ),
    );
  });

  it('in quotes may hold quotes and spaces', () => {
    expect(parseIdempotencyKey(String.raw`"a \"b\" \\ c"`)).toBe(String.raw`a "b" \ c`);
  });

  it.each([
    '""',
    '"half',
    '"a"b"',
    String.raw`"bad \escape"`,
    'ключ',
    '"tab\t"',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    '',
  ])('is refused as %j', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(ValidationFailedError);
  });

  it('has at most 255 characters, quotes not counted', () => {
    expect(parseIdempotencyKey(`"${'x'.repeat(255)}"`)).toHaveLength(255);
  });
});
