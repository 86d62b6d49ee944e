import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { makeObjects, OBJECT_PAGES, type ObjectPage, PAGES } from '../support/console-pages.js';
import { ConsoleWindow, DARK, DESKTOP, type Look, PHONE } from '../support/console-window.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { Merchant } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** The first one is that of a window that is opened here. */
const LOOKS: readonly Look[] = [PHONE, DESKTOP, DARK];

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

/** Looks for what is wrong with the page in each look, and for anything that the browser complained of. */
async function expectUsable(window: ConsoleWindow): Promise<void> {
  for (const look of LOOKS) {
    await window.look(look);
    await window.settled();
    expect({ look, found: await window.violations() }).toEqual({ look, found: [] });
    expect({ look, tooWide: await window.page.evaluate<string[]>(TOO_WIDE) }).toEqual({ look, tooWide: [] });
  }
  window.expectQuiet();
}

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

  let window: ConsoleWindow;
  beforeAll(async () => {
    window = await ConsoleWindow.signedIn(browser, merchant, PHONE);
  }, 30_000);
  afterAll(() => window.close());

  it.each(PAGES)('%s is a deep link that everybody can use, in every look, without an error', async (path, title) => {
    await window.look(PHONE);
    await window.goto(path);
    await window.heading(title);
    await expectUsable(window);
  });

  it.each(OBJECT_PAGES)(
    'the page of %s is a deep link that everybody can use, in every look, without an error',
    async (name) => {
      await window.look(PHONE);
      await window.goto(objects[name]);
      await window.page.getByRole('heading', { level: 1 }).waitFor();
      await expectUsable(window);
    },
  );

  it('the pages of an account that has nothing yet teach how to get something', async () => {
    const newcomer = await ConsoleWindow.signedIn(browser, await Merchant.joins(gateway), PHONE);
    try {
      for (const path of EMPTY_PAGES) {
        await newcomer.look(PHONE);
        await newcomer.goto(path);
        await newcomer.settled();
        await newcomer.page.getByRole('figure').first().waitFor();
        await expectUsable(newcomer);
      }
    } finally {
      await newcomer.close();
    }
  }, 60_000);

  it('the page of a sandbox shows its virtual clock and what can be done', async () => {
    const sandbox = await ConsoleWindow.signedIn(browser, await Sandbox.create(gateway), PHONE);
    try {
      await sandbox.goto('/sandbox');
      await sandbox.page.getByRole('button', { name: 'Make a snapshot' }).waitFor();
      await expectUsable(sandbox);
    } finally {
      await sandbox.close();
    }
  });

  it('the pages of an administrator show users and figures', async () => {
    const admin = await ConsoleWindow.signedIn(browser, await Merchant.systemAdmin(gateway), PHONE);
    try {
      await admin.goto('/users');
      await admin.heading('Users');
      await admin.page.getByText('System Admin').first().waitFor();
      await expectUsable(admin);
    } finally {
      await admin.close();
    }
  });

  it('the sign-in can be used by everybody', async () => {
    const visitor = await ConsoleWindow.open(browser, gateway, PHONE);
    try {
      await visitor.goto('/payments');
      await visitor.heading('Sign in');
      await expectUsable(visitor);
    } finally {
      await visitor.close();
    }
  });
});
