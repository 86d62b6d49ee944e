// Bundles what the npm package has beside the gateway: the command line, and the client and fixtures for programs that
// are CommonJS. tsc has written those for ES modules to dist/ already, with their types.
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/** Programs of users have these themselves. */
const EXTERNAL = ['vitest', '@jest/globals', '@playwright/test'];

/** Defines `require` for the CommonJS modules in the bundle. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

const bundleCommandLine = () =>
  build({
    ...COMMON,
    entryPoints: { main: 'cli/main.ts' },
    outdir: 'dist/cli',
    format: 'esm',
    // What only some commands need is loaded by them.
    splitting: true,
    minifyWhitespace: true,
    mainFields: ['module', 'main'],
    external: ['classic-level'],
    banner: { js: REQUIRE },
  });

const bundleCommonJs = () =>
  build({
    ...COMMON,
    entryPoints: [
      'client/index.ts',
      'testing/index.ts',
      'testing/jest.ts',
      'testing/package.ts',
      'testing/playwright.ts',
    ],
    outbase: '.',
    outdir: 'dist/cjs',
    format: 'cjs',
    external: EXTERNAL,
    banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    define: { 'import.meta.url': '__importMetaUrl' },
  });

/** Returns what esbuild reports of each bundle. */
export async function bundlePackage() {
  // The names of parts change with their content: those of earlier builds would be in the package too.
  for (const folder of ['dist/cli', 'dist/cjs']) await rm(folder, { recursive: true, force: true });
  const results = await Promise.all([bundleCommandLine(), bundleCommonJs()]);
  await chmod('dist/cli/main.js', 0o755);
  await mkdir('dist/cjs', { recursive: true });
  await writeFile('dist/cjs/package.json', '{ "type": "commonjs" }\n');
  for (const folder of ['client', 'testing'])
    await cp(`dist/${folder}`, `dist/cjs/${folder}`, {
      recursive: true,
      filter: (file) => !file.includes('.') || file.endsWith('.d.ts'),
    });
  return results;
}
