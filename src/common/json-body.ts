import { parse } from 'secure-json-parse';

/** What stands in for a body that is not JSON, so that guards speak before validation does. */
export class MalformedJson {
  constructor(readonly reason: string) {}
}

/** No request of the API comes near it, and what walks over a value need not fear for its stack. */
const MAX_DEPTH = 32;

const STRINGS = /"(?:[^"\\]|\\.)*"/g;

// A double keeps every decimal number of 15 significant digits, so a shorter one needs no look.
const LONG_NUMBERS = /-?[0-9][0-9.]{15,}(?:[eE][+-]?[0-9]+)?/g;

/**
 * Reads a JSON body. `undefined` where there is none; MalformedJson where it cannot be read, would set a
 * prototype, or holds a number that JSON.parse would silently change to another one.
 */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString('utf8');
  try {
    const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'error' });
    const structure = text.replace(STRINGS, '""');
    if (depthOf(structure) > MAX_DEPTH) return new MalformedJson(`More than ${MAX_DEPTH} levels of nesting`);
    const inexact = (structure.match(LONG_NUMBERS) ?? []).some((literal) => canonical(literal) !== canonical(String(Number(literal))));
    return inexact ? new MalformedJson('A number has more digits than can be kept exactly') : value;
  } catch (error) {
    return new MalformedJson(error instanceof Error ? error.message : 'Not JSON');
  }
}

function depthOf(structure: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of structure.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Digits and exponent of a decimal number, the same for every way to write it. */
function canonical(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().replace('-', '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

const WHITE_SPACE_OUTSIDE_STRINGS = /("(?:[^"\\]|\\.)*")|\s+/g;

/** The same JSON text with no white space between its tokens; every number and string as it was written. */
export function compactJson(text: string): string {
  return text.replace(WHITE_SPACE_OUTSIDE_STRINGS, '$1');
}
