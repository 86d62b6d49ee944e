import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { makeObjects, OBJECT_PAGES, type ObjectPage, PAGES } from '../support/console-pages.js';
import { ConsoleWindow, DARK, DESKTOP, type Look, PHONE } from '../support/console-window.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

const LOOKS: readonly (readonly [string, Look])[] = [
  ['light', DESKTOP],
  ['dark', DARK],
  ['phone', PHONE],
];

/** The lists that an account begins with. */
const EMPTY_PAGES = [
  '/',
  '/payments',
  '/refunds',
  '/disputes',
  '/balance',
  '/balance?tab=payouts',
  '/settlements',
  '/checkout',
  '/events',
  '/webhooks',
  '/certifications',
];

/** What makes a page wider than its window. */
const TOO_WIDE = `(({ scrollWidth, clientWidth }) =>
  scrollWidth <= clientWidth
    ? []
    : [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
        .map((element) => element.outerHTML.slice(0, 200)))(document.documentElement)`;

(hasChromium ? describe : describe.skip)('Every page of the console (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let recorder: WebhookRecorder;
  let browser: Browser;
  let objects: Readonly<Record<ObjectPage, string>>;
  let merchant: Merchant;

  beforeAll(async () => {
    [gateway, recorder, browser] = await Promise.all([
      startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
      WebhookRecorder.start(),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
    merchant = await Merchant.joins(gateway);
    objects = await makeObjects(merchant, recorder);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    await recorder.stop();
  });

  describe.each(LOOKS)('%s', (_name, look) => {
    let window: ConsoleWindow;
    beforeAll(async () => {
      window = await ConsoleWindow.signedIn(browser, merchant, look);
    }, 30_000);
    afterAll(() => window.close());

    /** What is wrong with the page as it stands. */
    const check = async (): Promise<void> => {
      await window.settled();
      expect(await window.violations()).toEqual([]);
      expect(await window.page.evaluate<string[]>(TOO_WIDE)).toEqual([]);
      window.expectQuiet();
    };

    it.each(PAGES)('%s is a deep link that everybody can use, without an error', async (path, title) => {
      await window.goto(path);
      await window.heading(title);
      await check();
    });

    it.each(OBJECT_PAGES)('the page of %s is a deep link that everybody can use, without an error', async (name) => {
      await window.goto(objects[name]);
      await window.page.getByRole('heading', { level: 1 }).waitFor();
      await check();
    });

    it('the pages of an account that has nothing yet teach how to get something', async () => {
      const newcomer = await ConsoleWindow.signedIn(browser, await Merchant.joins(gateway), look);
      try {
        for (const path of EMPTY_PAGES) {
          await newcomer.goto(path);
          await newcomer.settled();
          await newcomer.page.getByRole('figure').first().waitFor();
          expect(await newcomer.violations()).toEqual([]);
        }
        newcomer.expectQuiet();
      } finally {
        await newcomer.close();
      }
    });

    it('the page of a sandbox shows its virtual clock and what can be done', async () => {
      const sandbox = await ConsoleWindow.signedIn(browser, await Sandbox.create(gateway), look);
      try {
        await sandbox.goto('/sandbox');
        await sandbox.page.getByRole('button', { name: 'Make a snapshot' }).waitFor();
        await sandbox.settled();
        expect(await sandbox.violations()).toEqual([]);
        sandbox.expectQuiet();
      } finally {
        await sandbox.close();
      }
    });

    it('the pages of an administrator show users and figures', async () => {
      const admin = await ConsoleWindow.signedIn(browser, await Merchant.systemAdmin(gateway), look);
      try {
        await admin.goto('/users');
        await admin.heading('Users');
        await admin.page.getByText('System Admin').first().waitFor();
        await admin.settled();
        expect(await admin.violations()).toEqual([]);
        admin.expectQuiet();
      } finally {
        await admin.close();
      }
    });

    it('the sign-in can be used by everybody', async () => {
      const visitor = await ConsoleWindow.open(browser, gateway, look);
      try {
        await visitor.goto('/payments');
        await visitor.heading('Sign in');
        expect(await visitor.violations()).toEqual([]);
        visitor.expectQuiet();
      } finally {
        await visitor.close();
      }
    });
  });
});
