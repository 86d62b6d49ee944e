import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** Chromium: that of the variable CHROMIUM, of the system, or of `npx playwright install chromium`. */
export const browser = [process.env.CHROMIUM, '/usr/bin/chromium', chromium.executablePath()].find(
  (file) => file !== undefined && existsSync(file),
);
