// Writes the licenses of all packages that are part of the bundles, as these licenses ask for.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENSE = /^licen[cs]e(?:[.-].*)?$/i;

/**
 * @param {string} file
 * @param {readonly { metafile: import('esbuild').Metafile }[]} bundles
 * @param {readonly string[]} copied names of packages from which files are copied as they are
 */
export async function writeLicenses(file, bundles, copied) {
  const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[1] ?? []));
  for (const name of copied) folders.add(join('node_modules', name));
  const parts = [...folders].map(describe).sort();
  await writeFile(file, [...new Set(parts)].join('\n'));
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder) ? readdirSync(folder).filter((each) => LICENSE.test(each)) : [];
  const text = files.map((each) => readFileSync(join(folder, each), 'utf8').trim()).join('\n\n');
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}
