import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'mock-payment-gateway';

/** The folder of this package, whichever build of this file runs. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === NAME) return folder;
    if (folder === dirname(folder))
      throw new Error(`The package ${NAME} is not complete: its package.json is missing.`);
  }
}
