// Keeps the bundle in ASCII. V8 stores a source text with one character beyond Latin-1 in two bytes a character, which
// cost 6 MB. esbuild escapes strings, but leaves regular expressions as they are.
import { readFile } from 'node:fs/promises';

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** An esbuild plugin for the package whose regular expressions name the letters of many languages. */
export const escapeLetters = {
  name: 'escape-letters',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]validator[\\/](?:es[\\/])?lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/[^\0-\x7f]/g, escaped),
    }));
  },
};

/** Throws if a file of the bundle holds anything but ASCII. */
export async function assertAscii(files) {
  for (const file of files) {
    const beyond = /.{0,40}[^\0-\x7f].{0,40}/.exec(await readFile(file, 'utf8'));
    if (beyond) throw new Error(`${file} is not ASCII, see scripts/ascii-only.js: ${beyond[0]}`);
  }
}
