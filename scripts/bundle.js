// Bundles the output of tsc in build/ into dist/, one file per entry, so that Node opens a handful of files at start
// instead of two thousand. See docs/decisions/0007-bundle.md.
import { copyFile, mkdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { assertAscii, escapeLetters } from './ascii-only.js';
import { bundleBrowser } from './bundle-browser.js';
import { bundleConsole } from './bundle-console.js';
import { bundlePackage } from './bundle-package.js';
import { keepClassNames } from './class-names.js';
import { writeLicenses } from './licenses.js';

/** Entries of the gateway: output in dist/, and source. */
const GATEWAY = {
  main: 'build/main.js',
  'export-openapi': 'build/export-openapi.js',
  'export-errors': 'build/export-errors.js',
  'export-test-values': 'build/export-test-values.js',
  'export-faults': 'build/export-faults.js',
  'export-disputes': 'build/export-disputes.js',
  'export-money': 'build/export-money.js',
  'export-dialect': 'build/export-dialect.js',
};

/** The gateway's programs beside it. */
const PROGRAMS = { 'reset-admin': 'build/reset-admin.js' };

/** Entries of the embedded server, which needs no class names. The worker must be in the folder of its caller. */
const EMBEDDED_SERVER = {
  'embedded-mongo.worker': 'build/platform/embedded-mongo/embedded-mongo.worker.js',
  'embedded-mongo/embedded-mongo.worker': 'build/platform/embedded-mongo/embedded-mongo.worker.js',
  'embedded-mongo/embedded-mongo': 'build/platform/embedded-mongo/embedded-mongo.js',
  'embedded-mongo/cli': 'build/platform/embedded-mongo/cli.js',
  'embedded-mongo/verify': 'build/platform/embedded-mongo/verify.js',
};

/** Packages that are not bundled: they are native, optional, or load files of their own. */
const NOT_BUNDLED = [
  'bcrypt',
  'classic-level',
  'pino',
  'pino-pretty',
  '@fastify/static',
  '@fastify/view',
  '@fastify/multipart',
  '@nestjs/microservices',
  '@nestjs/websockets',
  '@nestjs/platform-express',
  'mongodb-client-encryption',
  'kerberos',
  'snappy',
  '@mongodb-js/zstd',
  'aws4',
  'socks',
  'gcp-metadata',
  '@aws-sdk/credential-providers',
];

/** Defines the globals that bundled CommonJS modules expect. */
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
import { dirname as __dirnameOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __pathOf(import.meta.url);
const __dirname = __dirnameOf(__filename);`;

/** @type {import('esbuild').Plugin} */
const leaveOutOpenApi = {
  name: 'leave-out-openapi',
  setup({ onResolve }) {
    onResolve({ filter: /^@nestjs\/swagger$/ }, () => ({
      path: fileURLToPath(new URL('without-openapi.js', import.meta.url)),
    }));
  },
};

/** The files that the page at /docs loads; the rest of the package is large. */
async function copySwaggerUi() {
  const folder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  await mkdir('dist/swagger-ui', { recursive: true });
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])
    await copyFile(join(folder, name), join('dist/swagger-ui', name));
}

const bundle = (entryPoints, plugins) =>
  build({
    entryPoints,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20.19',
    format: 'esm',
    external: NOT_BUNDLED.flatMap((name) => [name, `${name}/*`]),
    banner: { js: COMMONJS },
    plugins: [escapeLetters, ...plugins],
    minifyWhitespace: true,
    legalComments: 'none',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });

const { main, ...generators } = GATEWAY;
const [packaged, embedded, gateway, programs] = await Promise.all([
  bundlePackage(),
  bundle(EMBEDDED_SERVER, []),
  bundle({ main }, [keepClassNames, leaveOutOpenApi]),
  bundle(PROGRAMS, [keepClassNames, leaveOutOpenApi]),
  bundle(generators, [keepClassNames]),
  bundleConsole(),
  bundleBrowser(),
]);
await assertAscii(Object.keys({ ...GATEWAY, ...PROGRAMS, ...EMBEDDED_SERVER }).map((name) => `dist/${name}.js`));
await copySwaggerUi();
await writeLicenses('dist/THIRD-PARTY-LICENSES.txt', [...packaged, embedded, gateway, programs], ['swagger-ui-dist']);
// Last: scripts/build-if-changed.js compares with it.
await utimes('dist/main.js', new Date(), new Date());
