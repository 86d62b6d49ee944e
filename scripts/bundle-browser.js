// Bundles the script with which pages of other origins pay into dist/stripe-dialect.js.
import { build } from 'esbuild';

export async function bundleBrowser() {
  await build({
    entryPoints: ['browser/stripe-dialect.ts'],
    outfile: 'dist/stripe-dialect.js',
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}
