import { isUtf8 } from 'node:buffer';
import { parse } from 'secure-json-parse';
import { isKeptExactly } from '../common/exact-number.js';
import { MalformedJson } from '../validation/malformed-json.js';

/** More levels than any request needs, and few enough for recursive code. */
const MAX_DEPTH = 32;

const [QUOTE, BACKSLASH, MINUS, ZERO, NINE, SPACE] = Array.from('"\\-09 ', (character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const OPENING = new Set(Array.from('[{', (character) => character.charCodeAt(0)));
const CLOSING = new Set(Array.from(']}', (character) => character.charCodeAt(0)));

/**
 * Reads a JSON body, in time linear to its length. Returns undefined for no bytes, and MalformedJson for a body
 * that is not JSON in UTF-8, would set a prototype, nests deeper than 32 levels, or holds a number that
 * JSON.parse would silently change.
 */
export function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) return new MalformedJson('Not valid UTF-8');
  const text = bytes.toString('utf8');
  try {
    const value: unknown = parse(text, { protoAction: 'error', constructorAction: 'error' });
    const problem = findProblem(text);
    return problem === null ? value : new MalformedJson(problem);
  } catch (error) {
    return new MalformedJson(error instanceof Error ? error.message : 'Not JSON');
  }
}

/** Returns what the gateway refuses in valid JSON, or null if nothing. */
function findProblem(text: string): string | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > MAX_DEPTH) return `More than ${MAX_DEPTH} levels of nesting`;
    } else if (CLOSING.has(code)) depth -= 1;
    else if (code === MINUS || isDigit(code)) {
      const begin = at;
      at = endOfNumber(text, at);
      if (!isKeptExactly(text.slice(begin, at + 1))) return 'A number has more digits than can be kept exactly';
    }
  }
  return null;
}

/** Removes the white space between the tokens of valid JSON; numbers and strings stay as they were written. */
export function compactJson(text: string): string {
  let compact = '';
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code <= SPACE) {
      compact += text.slice(from, at);
      from = at + 1;
    }
  }
  return compact + text.slice(from);
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Returns the index of the closing quote of the string whose opening quote is at `begin`. */
function endOfString(text: string, begin: number): number {
  let end = text.indexOf('"', begin + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

/** Returns the index of the last character of the number that begins at `begin`. */
function endOfNumber(text: string, begin: number): number {
  let end = begin + 1;
  // Characters of a number besides digits: + - . E e
  while (end < text.length && (isDigit(text.charCodeAt(end)) || '+-.Ee'.includes(text.charAt(end)))) end += 1;
  return end - 1;
}
