// Builds the web console into dist/console/, with a compressed copy of each file, so that the gateway compresses none.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { build } from 'vite';

const CONFIG = fileURLToPath(new URL('../console/vite.config.js', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../dist/console/', import.meta.url));

/** Smaller files are as quick as they are. */
const WORTH_COMPRESSING_BYTES = 1000;

const COMPRESSORS = { gz: promisify(gzip), br: promisify(brotliCompress) };

export async function bundleConsole() {
  await build({ configFile: CONFIG, logLevel: 'warn' });
  const entries = await readdir(OUTPUT, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  await Promise.all(files.map(compress));
}

async function compress(file) {
  const bytes = await readFile(file);
  if (bytes.length < WORTH_COMPRESSING_BYTES) return;
  await Promise.all(
    Object.entries(COMPRESSORS).map(async ([ending, run]) => writeFile(`${file}.${ending}`, await run(bytes))),
  );
}
