import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedJson } from '../validation/malformed-json.js';
import { compactJson, readJson } from './json-body.js';

const read = (text: string): unknown => readJson(Buffer.from(text, 'utf8'));

/** JSON values whose numbers a double keeps exactly. */
const json = fc
  .jsonValue({ maxDepth: 4, noUnicodeString: false })
  .filter((value) => !/__proto__|constructor/.test(JSON.stringify(value)));

describe('readJson', () => {
  it('reads every JSON text as JSON.parse does', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readJson(Buffer.from(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('returns undefined for no bytes', () => {
    expect(readJson(Buffer.alloc(0))).toBeUndefined();
  });

  it.each(['{', '{"a":1,}', "{'a':1}", 'NaN', '{"a":Infinity}', 'undefined', '01', '1.', '.5', '+1', ' '])(
    'refuses %j',
    (text) => {
      expect(read(text)).toBeInstanceOf(MalformedJson);
    },
  );

  it.each([
    '{"__proto__":1}',
    '{"a":{"__proto__":{"b":1}}}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{}}}',
    '[{"__proto__":null}]',
  ])('refuses %s, which would set a prototype', (text) => {
    expect(read(text)).toBeInstanceOf(MalformedJson);
  });

  it.each([
    '9007199254740993',
    '12345678901234567',
    '0.12345678901234567891',
    '100.00000000000000001',
    '1.0000000000000000001',
    '-9007199254740993',
    '{"a":[1,{"b":9007199254740993}]}',
    '12345678901234567891e-2',
    '1e400',
    '1e-400',
    `0.${'0'.repeat(200)}1`,
    `1${'0'.repeat(200)}`,
  ])('refuses %s, which JSON.parse would silently change', (text) => {
    expect(read(text)).toBeInstanceOf(MalformedJson);
  });

  it.each([
    '999999999999999',
    '1000000000000000e-15',
    '12345678901234567e-2',
    '0.00000000000000000001',
    '-1000000000000000e-3',
    '1E2',
    '-0',
    '0e5',
    '0.000000000001',
    '123456789.123456',
    '1000.000000',
    '{"a":"9007199254740993"}',
    '{"9007199254740993":1}',
    '["a \\"9007199254740993"]',
  ])('reads %s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual(new MalformedJson('Not valid UTF-8'));
    expect(readJson(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toEqual(new MalformedJson('Not valid UTF-8'));
  });

  it.each([
    ['1'.repeat(100_000)],
    [`1${'0'.repeat(99_000)}1`],
    [`0.${'0'.repeat(99_000)}`],
    [`1e${'0'.repeat(99_000)}`],
    [`"${'\\\\'.repeat(50_000)}"`],
    [`[${'1,'.repeat(50_000)}1]`],
  ])('takes time linear in the length of %.20s…', (text) => {
    const started = performance.now();
    read(text);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('refuses values nested deeper than 32 levels', () => {
    expect(read(`${'['.repeat(5000)}${']'.repeat(5000)}`)).toBeInstanceOf(MalformedJson);
    expect(read(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`)).toBeInstanceOf(MalformedJson);
    expect(read('[[[[[[[[1]]]]]]]]')).not.toBeInstanceOf(MalformedJson);
    expect(read(JSON.stringify('['.repeat(5000)))).toBe('['.repeat(5000));
  });
});

describe('compactJson', () => {
  it('removes every kind of spacing', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(1, 2, '\t', '   '), (value, spacing) => {
        expect(compactJson(JSON.stringify(value, null, spacing))).toBe(JSON.stringify(value));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['{ "a" : 1.50 }', '{"a":1.50}'],
    ['{"a b":" c : d , e "}', '{"a b":" c : d , e "}'],
    ['{"q":"\\" x \\\\" , "b" : [ ] }', '{"q":"\\" x \\\\","b":[]}'],
    ['{"u":"\\u00e9"}\r\n', '{"u":"\\u00e9"}'],
  ])('keeps numbers and strings of %j as they were written', (text, compact) => {
    expect(compactJson(text)).toBe(compact);
  });
});
