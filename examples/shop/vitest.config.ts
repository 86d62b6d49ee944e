import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/vitest/**/*.test.ts'],
    // 100 tests at the same time share one gateway, and perhaps a small machine.
    maxConcurrency: 100,
    testTimeout: 30_000,
  },
});
