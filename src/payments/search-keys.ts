/** So many words of a name can be found by their beginning. */
const MAX_KEYS = 4;

/** So many characters of a key count. */
const MAX_LENGTH = 40;

const ASCII = /^[\x20-\x7e]*$/;

/** The accents of Latin, Greek and Cyrillic letters, once they are apart from them. */
const ACCENTS = /[\u0300-\u036f]/gu;

const WORD_BEGIN = /(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu;

/**
 * Folds a text: upper and lower case, accents and forms of one letter are the same. Each character by itself, so that
 * a text that begins with another one still does.
 */
function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => character.normalize('NFKD').replace(ACCENTS, '').toLowerCase()).join('');
}

/** Not within a character of two code units. */
function cut(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

/** What a payment is found by: its customer's name from its beginning, and from the beginning of each other word. */
export function searchKeysOf(customerName: string): string[] {
  const name = fold(customerName);
  const keys = new Set([cut(name)]);
  for (const { index } of name.matchAll(WORD_BEGIN)) {
    if (keys.size === MAX_KEYS) break;
    keys.add(cut(name.slice(index)));
  }
  return [...keys];
}

/** How a key begins that a search finds; empty if it finds none. */
export function searchPrefix(search: string): string {
  return cut(fold(search));
}
