// Keeps the names of classes in the bundle. esbuild renames a class if it is decorated or if another class has the
// same name; but Nest, Mongoose, Swagger and the log identify classes by name. esbuild's own `keepNames` also names
// each function every time it is created, which took a quarter of the time of a charge before the database.
import { readFile } from 'node:fs/promises';

/** Classes as tsc writes them: `class X {`, `export class X extends Y {`, `let X = X_1 = class X {`. */
const CLASS = /^([ \t]*(?:export )?(?:let \w+ = (?:\w+ = )?)?class (\w+)(?: extends [^{\n]*)? \{)[ \t]*$/gm;

/** Classes in any form, to find those that CLASS does not match. */
const ANY_CLASS = /^(?![ \t]*(?:\*|\/\/)).*\bclass (\w+)(?: extends .*)? \{/gm;

/** @param {string} source @returns {string} the source, where each class sets its own name; line numbers stay */
export function nameClasses(source) {
  return source.replace(
    CLASS,
    "$1 static { Object.defineProperty(this, 'name', { value: '$2', configurable: true }); }",
  );
}

const findNames = (pattern, source) => [...source.matchAll(pattern)].map((match) => match.at(-1));

/** An esbuild plugin for the project's code and for Nest. A class of the project without a name is an error. */
export const keepClassNames = {
  name: 'keep-class-names',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]build[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const named = new Set(findNames(CLASS, source));
      const nameless = findNames(ANY_CLASS, source).filter((name) => !named.has(name));
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
