import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The gateway that `npm run console` shows; the built console is served by the gateway itself. */
const GATEWAY = process.env.MPG_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // The first versions that know `light-dark()`.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would be refused by the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'LICENSES.md' },
    rolldownOptions: {
      onLog: (level, log, report) => {
        // "use client" means nothing here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '^/(api|docs|health|3ds|checkout|openapi|console/session)': { target: GATEWAY } },
  },
});
