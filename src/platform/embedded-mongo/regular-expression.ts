import { MongoError, notImplemented } from './mongo-error.js';

/** A regular expression of a query. */
export interface Pattern {
  readonly expression: RegExp;
  /** The common beginning of all matching strings; empty if unknown. */
  readonly prefix: string;
  readonly source: string;
  readonly options: string;
}

/** Translates MongoDB's (PCRE) regular expression. Throws 238 if JavaScript would interpret it differently. */
export function toRegExp({ pattern, options }: { pattern: string; options: string }): Pattern {
  if (/[^imsux]/.test(options)) throw new MongoError(51108, `invalid flag in regex options: ${options}`);
  if (options.includes('x')) throw notImplemented("the regular expression option 'x'");
  if (/\(\?[a-zA-Z]|\\[AZzGQEKRXhHvVN]|\[\[:|[*+?}]\+|\(\?>|\(\?#|\(\?\||\(\*/.test(pattern)) {
    throw notImplemented(`the regular expression /${pattern}/: it is not understood alike by MongoDB and JavaScript`);
  }
  try {
    const flags = `u${['i', 'm', 's'].filter((flag) => options.includes(flag)).join('')}`;
    return { expression: compileRegExp(pattern, flags), prefix: prefixOf(pattern, options), source: pattern, options };
  } catch (error) {
    throw new MongoError(51091, `Regular expression is invalid: ${String(error)}`);
  }
}

/** PCRE accepts unnecessary escapes that JavaScript's unicode mode refuses. */
function compileRegExp(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return new RegExp(pattern, flags.replace('u', ''));
  }
}

/** Returns the literal text after a leading `^`, up to the first special character. */
function prefixOf(pattern: string, options: string): string {
  if (!pattern.startsWith('^') || pattern.replaceAll(/\\./gsu, '').includes('|') || /[im]/.test(options)) return '';
  const literal = /^(?:\\[^a-zA-Z0-9]|[^\\^$.|?*+()[\]{}])*/.exec(pattern.slice(1))?.[0] ?? '';
  const rest = pattern.slice(1 + literal.length);
  // A quantifier that allows zero repetitions makes the last character optional.
  const kept = /^[?*{]/.test(rest) ? literal.replace(/\\?.$/su, '') : literal;
  return kept.replace(/\\(.)/gsu, '$1');
}
