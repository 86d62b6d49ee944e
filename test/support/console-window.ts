import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Gateway } from './gateway.js';
import { bodyOf, type Merchant } from './merchant.js';
import type { Sandbox } from './sandbox.js';

/** How long a step in the browser may take. */
const STEP_MS = 15_000;

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** How the window looks. */
export interface Look {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

export const DESKTOP: Look = { colorScheme: 'light', width: 1280, height: 800 };
export const DARK: Look = { colorScheme: 'dark', width: 1280, height: 800 };
export const PHONE: Look = { colorScheme: 'light', width: 390, height: 844 };

/** Who signs in: somebody with an API key. */
type Account = Merchant | Sandbox;

/** A window of a browser with the console in it. Notes what a user would never see: errors, and who was asked. */
export class ConsoleWindow {
  /** What the browser's console said of errors and violations. */
  readonly complaints: string[] = [];
  /** The origins that were asked anything. */
  readonly origins = new Set<string>();

  private constructor(
    readonly gateway: Gateway,
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {
    page.setDefaultTimeout(STEP_MS);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:') this.origins.add(url.origin);
    });
  }

  /** An empty window, in which nobody is signed in. */
  static async open(browser: Browser, gateway: Gateway, look: Look = DESKTOP): Promise<ConsoleWindow> {
    const { colorScheme, width, height } = look;
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
      timezoneId: 'America/New_York',
      locale: 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return new ConsoleWindow(gateway, await context.newPage(), context);
  }

  /** A window in which an account is signed in by a one-time link. */
  static async signedIn(browser: Browser, account: Account, look: Look = DESKTOP): Promise<ConsoleWindow> {
    const window = await ConsoleWindow.open(browser, account.gateway, look);
    await window.page.goto(await consoleLink(account));
    await window.page.getByRole('button', { name: /^Account/ }).waitFor();
    return window;
  }

  /** Makes the window look otherwise; the page stays, and follows. */
  async look({ colorScheme, width, height }: Look): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.emulateMedia({ colorScheme });
    if (this.page.url() !== 'about:blank')
      await this.page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  }

  /** Opens a page of the console by its address, as a shared link does. */
  async goto(path: string): Promise<void> {
    await this.page.goto(`${this.gateway.url}/console${path}`);
  }

  /** Waits for the title of a page. */
  async heading(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** Waits until the page shows no skeleton any more. */
  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    await this.page.locator('[aria-busy="true"], .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  }

  /** What axe finds that is serious, of the page as it is. */
  async violations(): Promise<string[]> {
    if (!(await this.page.evaluate<boolean>("'axe' in globalThis"))) await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  }

  /** The window was quiet: no error, no violation of the policy, nobody else asked. */
  expectQuiet(): void {
    expect(this.complaints).toEqual([]);
    expect([...this.origins]).toEqual([this.gateway.url]);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** A link that signs in as this account, once. */
export async function consoleLink(account: Account): Promise<string> {
  const answer = await account.asks<{ url: string }>('POST', '/console/links', { json: {} });
  return bodyOf(answer, 201).url;
}
