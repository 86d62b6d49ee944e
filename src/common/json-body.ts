import { parse } from 'secure-json-parse';

/** What stands in for a body that is not JSON, so that guards speak before validation does. */
export class MalformedJson {
  constructor(readonly reason: string) {}
}

// A double keeps every decimal number of 15 significant digits and no more; beside them a point and leading zeros.
const TOO_MANY_DIGITS = /[0-9][0-9.]{17,}/;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/**
 * Reads a JSON body. `undefined` where there is none; MalformedJson where it cannot be read, would set a
 * prototype, or holds a number that JSON.parse would silently change to another one.
 */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString('utf8');
  try {
    const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'error' });
    if (TOO_MANY_DIGITS.test(text) && TOO_MANY_DIGITS.test(text.replace(STRINGS, '""'))) {
      return new MalformedJson('A number has more digits than can be kept exactly');
    }
    return value;
  } catch (error) {
    return new MalformedJson(error instanceof Error ? error.message : 'Not JSON');
  }
}

const WHITE_SPACE_OUTSIDE_STRINGS = /("(?:[^"\\]|\\.)*")|\s+/g;

/** The same JSON text with no white space between its tokens; every number and string as it was written. */
export function compactJson(text: string): string {
  return text.replace(WHITE_SPACE_OUTSIDE_STRINGS, '$1');
}
