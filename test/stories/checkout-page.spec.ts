import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import {
  checkoutEvents,
  type CheckoutBody,
  expires,
  getsCheckout,
  opensCheckout,
  paymentsOf,
  triesToOpenCheckout,
} from '../support/checkout.js';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { bodyOf, login, Merchant, newEmail, newRegistration, PASSWORD, type Registered } from '../support/merchant.js';
import { Sandbox } from '../support/sandbox.js';

const HOSTILE = `"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">&amp;</title>\${1}`;

// Run in the browser, whose types the tests do not have.
const OPENED_WIDTHS = `(() => {
  for (const group of document.querySelectorAll('details')) group.open = true;
  return [document.documentElement.clientWidth, document.documentElement.scrollWidth];
})()`;
const TARGET_HEIGHTS = `[...document.querySelectorAll('main button, .methods a, input:not([type=hidden]), summary')]
  .map((target) => target.getBoundingClientRect().height)`;

(hasChromium ? describe : describe.skip)('The checkout in a browser (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let browser: Browser;
  let shop: Server;
  let shopUrl: string;

  beforeAll(async () => {
    shop = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<title>Shop</title><link rel="icon" href="data:,"><h1>${(request.url ?? '').split('?', 1).join()}</h1>`,
      );
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    [gateway, browser] = await Promise.all([
      startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
    shop.close();
  });

  const urls = () => ({ successUrl: `${shopUrl}/done?s={CHECKOUT_SESSION_ID}`, cancelUrl: `${shopUrl}/cart` });

  /** The page of a new session in a new window, and what the browser complains of. */
  async function opened(
    fields: Readonly<Record<string, unknown>> = {},
    options: BrowserContextOptions = {},
  ): Promise<{ merchant: Merchant; session: CheckoutBody; page: Page; complaints: string[] }> {
    const merchant = await Merchant.joins(gateway);
    const session = await opensCheckout(merchant, { ...urls(), ...fields });
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A page with a status of 4xx is one that the gateway means to show.
      if (message.type() === 'error' && !/status of (?:409|410|422)/.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(session.url);
    return { merchant, session, page, complaints };
  }

  const heading = (page: Page): Promise<string> => page.getByRole('heading', { level: 1 }).innerText();

  async function typesCard(page: Page, number = '4242 4242 4242 4242'): Promise<void> {
    await page.getByLabel('Name').fill('Jenny Rosen');
    await page.getByLabel('Card number').fill(number);
    await page.getByLabel('Expiry').fill('12 / 44');
    await page.getByLabel('Security code').fill('123');
  }

  async function presses(page: Page, group: string, number: string): Promise<void> {
    const details = page.locator('details', { hasText: group }).first();
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    await page.getByRole('button', { name: number }).click();
  }

  it('without JavaScript: pays with a typed card by pressing Enter, and returns to the shop', async () => {
    const { merchant, session, page, complaints } = await opened();
    await typesCard(page);
    await page.getByLabel('Security code').press('Enter');
    expect(await heading(page)).toBe('Payment received');
    expect(page.url()).toBe(`${session.url}/receipt`);
    await page.getByRole('link', { name: 'Return to Acme Corporation' }).click();
    expect(page.url()).toBe(`${shopUrl}/done?s=${session.id}`);
    expect((await paymentsOf(merchant)).map(({ paymentMethod }) => paymentMethod?.id)).toEqual(['pm_card_visa']);
    expect(complaints).toEqual([]);
  });

  it('without JavaScript: is declined, sees why, and pays with another test card', async () => {
    const { merchant, page, complaints } = await opened();
    await page.getByLabel('Name').fill('Jenny Rosen');
    await presses(page, 'Declined', '4000 0000 0000 9995');
    expect(await page.getByRole('alert').innerText()).toBe('The card has insufficient funds. Use another card.');
    expect(await page.getByLabel('Name').inputValue()).toBe('Jenny Rosen');
    await presses(page, 'Pays', '5555 5555 5555 4444');
    expect(await heading(page)).toBe('Payment received');
    expect((await paymentsOf(merchant)).map(({ status, customerName }) => `${status} ${customerName}`)).toEqual([
      'failed Jenny Rosen',
      'completed Jenny Rosen',
    ]);
    expect(complaints).toEqual([]);
  });

  it('without JavaScript: sees wrong fields marked, the first one focused, and no number comes back', async () => {
    const { merchant, page, complaints } = await opened();
    await typesCard(page, '4111 1111 1111 1111');
    await page.getByRole('button', { name: 'Pay 20.00 USD' }).click();
    expect(await page.title()).toMatch(/^Error: /);
    const number = page.getByLabel('Card number');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#number-error').innerText()).toContain('This is no test card');
    expect(await page.locator('#number:focus').count()).toBe(1);
    expect([await number.inputValue(), await page.getByLabel('Security code').inputValue()]).toEqual(['', '']);
    expect([await page.getByLabel('Name').inputValue(), await page.getByLabel('Expiry').inputValue()]).toEqual([
      'Jenny Rosen',
      '12 / 44',
    ]);
    expect(await paymentsOf(merchant)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['Complete authentication', 'Payment received'],
    ['Fail authentication', '20.00 USD'],
  ])('without JavaScript: goes to the bank and comes back: %s', async (button, expected) => {
    const { page, session, complaints } = await opened();
    await presses(page, 'Asks for 3-D Secure', '4000 0027 6000 3184');
    expect(await heading(page)).toBe('Confirm your payment');
    // Back and forth changes nothing.
    await page.goto(session.url);
    expect(await heading(page)).toBe('Confirm with your bank');
    await page.getByRole('link', { name: 'Continue to your bank' }).click();
    await page.getByRole('button', { name: button }).click();
    expect(await heading(page)).toContain(expected);
    expect(complaints).toEqual([]);
  });

  it.each(['Test wallet', 'Test bank'])('without JavaScript: %s has its four ends', async (method) => {
    const ends = {
      Pay: 'Payment received',
      Fail: '20.00 USD',
      'Leave pending': 'Payment on its way',
      Abandon: '/cart',
    };
    for (const [button, expected] of Object.entries(ends)) {
      const { page, complaints } = await opened();
      await page.getByRole('link', { name: method }).click();
      await page.getByRole('button', { name: new RegExp(`^${button}`) }).click();
      expect(await heading(page)).toContain(expected);
      if (button === 'Fail') expect(await page.getByRole('alert').innerText()).toContain(`${method} declined`);
      expect(complaints).toEqual([]);
    }
  });

  it('without JavaScript: cancels, comes back, and pays', async () => {
    const { merchant, session, page, complaints } = await opened();
    await page.getByRole('button', { name: 'Cancel and return to Acme Corporation' }).click();
    expect(page.url()).toBe(`${shopUrl}/cart`);
    await page.goto(session.url);
    await presses(page, 'Pays', '4242 4242 4242 4242');
    expect(await heading(page)).toBe('Payment received');
    expect((await checkoutEvents(merchant, 2)).map(({ type }) => type)).toEqual([
      'checkout.session.abandoned',
      'checkout.session.completed',
    ]);
    expect(complaints).toEqual([]);
  });

  it('pays once by a double click, and by the back button and the same form again', async () => {
    const { merchant, session, page } = await opened({}, { javaScriptEnabled: true });
    await typesCard(page);
    await page.getByRole('button', { name: 'Pay 20.00 USD' }).dblclick();
    await page.waitForURL(`${session.url}/receipt`);
    await page.goBack();
    // The page of before is not kept: it leads to the receipt.
    await page.waitForURL(`${session.url}/receipt`);
    expect(await heading(page)).toBe('Payment received');
    await page.reload();
    expect(await paymentsOf(merchant)).toHaveLength(1);
  });

  it('two windows with the same form pay once', async () => {
    const { merchant, session, page } = await opened();
    const other = await page.context().newPage();
    await other.goto(session.url);
    await Promise.all([presses(page, 'Pays', '4242 4242 4242 4242'), presses(other, 'Pays', '5555 5555 5555 4444')]);
    for (const each of [page, other]) expect(await heading(each)).toBe('Payment received');
    expect(await paymentsOf(merchant)).toHaveLength(1);
  });

  it('says that it has expired, and leads back to the shop', async () => {
    const { merchant, session, page, complaints } = await opened();
    bodyOf(await expires(merchant, session.id), 200);
    await presses(page, 'Pays', '4242 4242 4242 4242');
    expect(await heading(page)).toBe('This checkout has expired');
    await page.getByRole('link', { name: 'Return to Acme Corporation' }).click();
    expect(page.url()).toBe(`${shopUrl}/cart`);
    expect(complaints).toEqual([]);
  });

  it('shows that a payment is being processed, and by itself the outcome', async () => {
    const sandbox = await Sandbox.create(gateway, {
      clock: { now: '2026-01-31T09:00:00Z' },
      settings: { processingDelayMs: 60_000 },
    });
    const session = await opensCheckout(sandbox, urls());
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(session.url);
    await presses(page, 'Pays', '4242 4242 4242 4242');
    expect(await heading(page)).toBe('Your payment is being processed');
    await sandbox.advance({ by: '1m' });
    await page.waitForURL(`${session.url}/receipt`);
    expect(await heading(page)).toBe('Payment received');
  });

  it('runs nothing that merchants or customers wrote, and shows it as it is', async () => {
    const email = newEmail();
    const registration = newRegistration({ name: HOSTILE.slice(0, 100), email });
    const { apiKey } = bodyOf(
      await gateway.request<Registered>('POST', '/users/register', { json: registration }),
      201,
    );
    await login(gateway, email, PASSWORD);
    const merchant = {
      asks: <Body>(method: string, path: string, sent = {}) =>
        gateway.request<Body>(method, path, { ...sent, headers: { 'x-api-key': apiKey } }),
    };
    const fields = {
      ...urls(),
      customerName: HOSTILE,
      orderReference: HOSTILE.slice(0, 100),
      lineItems: [{ name: HOSTILE, amount: 10, quantity: 2 }],
      successUrl: `${shopUrl}/"><script>document.title='owned'</script>`,
    };
    const session = bodyOf(await triesToOpenCheckout(merchant, fields), 201);
    const context = await browser.newContext({ javaScriptEnabled: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const expectHarmless = async (): Promise<void> => {
      expect(await page.title()).not.toBe('owned');
      expect(await page.locator('main img, main script').count()).toBe(0);
    };
    await page.goto(session.url);
    await expectHarmless();
    expect(await page.locator('.items .what').first().innerText()).toContain(HOSTILE);
    expect(await page.getByLabel('Name').inputValue()).toBe(HOSTILE);
    await page.goto(`${session.url}/wallet`);
    await expectHarmless();
    expect(await page.locator('dd').last().innerText()).toBe(HOSTILE);
    await page.getByRole('button', { name: /^Fail/ }).click();
    await expectHarmless();
    await presses(page, 'Asks for 3-D Secure', '4000 0027 6000 3184');
    await expectHarmless();
    await page.getByRole('button', { name: 'Complete authentication' }).click();
    expect(await heading(page)).toBe('Payment received');
    await expectHarmless();
    await page.locator('.actions a').click();
    expect(page.url().startsWith(`${shopUrl}/%22%3E%3Cscript%3E`)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it.each<[string, BrowserContextOptions]>([
    ['a phone', { viewport: { width: 320, height: 640 } }],
    ['a phone in the dark', { viewport: { width: 375, height: 740 }, colorScheme: 'dark' }],
    ['a wide window', { viewport: { width: 1600, height: 900 } }],
  ])('fits %s: nothing scrolls sideways, every target is large enough', async (_what, options) => {
    const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmütze'.repeat(3);
    const { page } = await opened(
      { lineItems: [{ name: long, amount: 20, quantity: 1 }] },
      { ...options, javaScriptEnabled: true },
    );
    for (const path of ['', '/wallet']) {
      await page.goto(page.url().replace(/\/wallet$/, '') + path);
      const [width = 0, scrolled = 1] = await page.evaluate<number[]>(OPENED_WIDTHS);
      expect(scrolled).toBeLessThanOrEqual(width);
      const heights = await page.evaluate<number[]>(TARGET_HEIGHTS);
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(24);
    }
  });

  it('shows where the focus is, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await opened({}, { colorScheme, javaScriptEnabled: true });
      for (let n = 0; n < 8; n++) {
        await page.keyboard.press('Tab');
        const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineWidth');
        expect(outline).toBe('2px');
      }
    }
  });

  it('leaves the session to the API as the customer left it', async () => {
    const { merchant, session, page } = await opened();
    await presses(page, 'Pays', '4242 4242 4242 4242');
    expect(await getsCheckout(merchant, session.id)).toMatchObject({ status: 'completed', paymentStatus: 'completed' });
  });
});
