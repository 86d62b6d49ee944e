// Keeps the names of classes through bundling. esbuild renames a class when two have one name, or when it is
// decorated; Nest, Mongoose, Swagger and the log know classes by name. esbuild's own `keepNames` also names each
// function each time it is made, which took a quarter of the time of a charge before the database.
import { readFile } from 'node:fs/promises';

/** What tsc writes for a class: `class X {`, `export class X extends Y {`, `let X = X_1 = class X {`. */
const CLASS = /^([ \t]*(?:export )?(?:let \w+ = (?:\w+ = )?)?class (\w+)(?: extends [^{\n]*)? \{)[ \t]*$/gm;

/** The same classes in any form, to notice one that CLASS does not match. */
const ANY_CLASS = /^(?![ \t]*(?:\*|\/\/)).*\bclass (\w+)(?: extends .*)? \{/gm;

/** @param {string} source @returns {string} the source, its classes naming themselves; line numbers stay */
export function nameClasses(source) {
  return source.replace(
    CLASS,
    "$1 static { Object.defineProperty(this, 'name', { value: '$2', configurable: true }); }",
  );
}

const namesBy = (pattern, source) => [...source.matchAll(pattern)].map((match) => match.at(-1));

/** An esbuild plugin for the code of the project, where a class without its name is an error, and for Nest. */
export const keepClassNames = {
  name: 'keep-class-names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]build[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const named = new Set(namesBy(CLASS, source));
      const nameless = namesBy(ANY_CLASS, source).filter((name) => !named.has(name));
      return {
        contents: nameClasses(source),
        errors: nameless.map((name) => ({
          text: `The class ${name} would lose its name: see scripts/class-names.js`,
          location: { file: path },
        })),
      };
    });
    onLoad({ filter: /[\\/]@nestjs[\\/].*\.js$/ }, async ({ path }) => ({
      contents: nameClasses(await readFile(path, 'utf8')),
    }));
  },
};
