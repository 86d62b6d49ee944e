// Fails when a code of the error catalogue is dead: no error in src has it, or no response in openapi.json shows it.
// The compiler checks the other direction: every error has a code of the catalogue.
import { readdirSync, readFileSync } from 'node:fs';
import { ERROR_CODES } from '../build/platform/errors/error-catalogue.js';

const sources = readdirSync('src', { recursive: true }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.endsWith('error-catalogue.ts'),
);
// `readonly code = 'email_taken'` of a class, `code: 'not_found'` of an error that the framework makes.
const used = new Set(
  sources.flatMap((file) =>
    [...readFileSync(`src/${file}`, 'utf8').matchAll(/\bcode(?:: ErrorCode)?(?: =|:) '(\w+)'/g)].map(
      ([, code]) => code,
    ),
  ),
);
const documented = new Set(
  [...readFileSync('openapi.json', 'utf8').matchAll(/"#\/components\/examples\/(\w+)"/g)].map(([, code]) => code),
);

for (const [where, codes] of Object.entries({ 'an error in src': used, 'a response in openapi.json': documented })) {
  const missing = ERROR_CODES.filter((code) => !codes.has(code));
  if (missing.length === 0) continue;
  console.error(`Codes of src/platform/errors/error-catalogue.ts without ${where}: ${missing.join(', ')}.`);
  process.exitCode = 1;
}
