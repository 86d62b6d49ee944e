import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linesOf, prettyJson } from './code-lines.js';

const textOf = (lines: ReturnType<typeof linesOf>): string =>
  lines.map(({ tokens }) => tokens.map(({ value }) => value).join('')).join('\n');

describe('Code', () => {
  it.each(['json', 'python', 'shell', 'typescript', 'text'] as const)('in %s is shown as it is', (language) => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', "'", '{', '}', '<', '/', '#', '\\', ' ', '\n', '`', '1') }),
        (code) => {
          expect(textOf(linesOf(code, language))).toBe(code);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('marks the lines that an earlier version does not have', () => {
    const lines = linesOf('{\n  "a": 2\n}', 'json', '{\n  "a": 1\n}');
    expect(lines.map(({ isChanged }) => isChanged)).toEqual([false, true, false]);
  });

  it('that is JSON is indented; what is not JSON stays as it is', () => {
    expect(prettyJson('{"a":[1]}')).toEqual({ code: '{\n  "a": [\n    1\n  ]\n}', language: 'json' });
    expect(prettyJson('<b>no</b>')).toEqual({ code: '<b>no</b>', language: 'text' });
  });
});
