import { defineConfig } from '@playwright/test';
import { browser } from './tests/browser/browser.ts';

if (browser === undefined)
  console.warn('The tests in a browser are skipped: `npx playwright install chromium` installs a browser.');

// Chromium has no sandbox for root, who runs the tests in many containers.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'tests/browser',
  reporter: 'list',
  use: { launchOptions: { args, ...(browser !== undefined && { executablePath: browser }) } },
});
