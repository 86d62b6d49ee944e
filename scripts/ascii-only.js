// Keeps the bundle in ASCII. If a source text has a single character beyond Latin-1, V8 stores the whole text with two
// bytes per character, which costs 6 MB. esbuild escapes strings, but not regular expressions.
import { readFile } from 'node:fs/promises';

const escapeCharacter = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** An esbuild plugin for the package `validator`, whose regular expressions contain letters of many languages. */
export const escapeLetters = {
  name: 'escape-letters',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]validator[\\/](?:es[\\/])?lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/[^\0-\x7f]/g, escapeCharacter),
    }));
  },
};

/** Throws if a file of the bundle contains characters outside ASCII. */
export async function assertAscii(files) {
  for (const file of files) {
    const beyond = /.{0,40}[^\0-\x7f].{0,40}/.exec(await readFile(file, 'utf8'));
    if (beyond) throw new Error(`${file} is not ASCII, see scripts/ascii-only.js: ${beyond[0]}`);
  }
}
