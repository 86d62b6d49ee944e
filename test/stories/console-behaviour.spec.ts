import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM, hasChromium, LOOPBACK_ONLY } from '../support/chromium.js';
import { consoleLink, ConsoleWindow, DESKTOP, PHONE } from '../support/console-window.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { bodyOf, Merchant } from '../support/merchant.js';
import { createEndpoint, finished, ownPath, testEndpoint } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** What would run, or change the page, if it were not shown as text. */
const PAYLOADS = [
  `<script>globalThis.pwned = 1</script>`,
  `<img src=x onerror="globalThis.pwned = 1">`,
  `"><svg onload="globalThis.pwned = 1">`,
  `javascript:globalThis.pwned=1`,
  `</title></textarea><iframe srcdoc="<script>parent.pwned = 1</script>">`,
  `{{constructor.constructor('globalThis.pwned = 1')()}}`,
  `\${globalThis.pwned = 1}`,
  `<a href="javascript:globalThis.pwned=1">x</a>`,
  `&lt;b&gt;`,
] as const;

/** Objects of an account in which a text stands wherever a text can stand. */
async function writeEverywhere(merchant: Merchant, recorder: WebhookRecorder, payload: string) {
  const handler = recorder.url(ownPath(recorder, { status: 500, body: payload }, { status: 200, body: payload }));
  const { id: endpoint } = await createEndpoint(merchant, handler, { description: payload, events: ['webhook.test'] });
  const { id: payment } = await merchant.receives({
    customerName: payload,
    details: payload,
    orderReference: payload,
    metadata: { note: payload },
  });
  const { id: session } = bodyOf(
    await merchant.asks<{ id: string }>('POST', '/checkout/sessions', {
      json: {
        amount: 1,
        currency: 'USD',
        lineItems: [{ name: payload, amount: 1, quantity: 1 }],
        successUrl: 'http://127.0.0.1:4000/done',
        cancelUrl: 'http://127.0.0.1:4000/cart',
      },
    }),
    201,
  );
  bodyOf(await merchant.asks('POST', '/users/me/api-keys', { json: { name: payload } }), 201);
  bodyOf(await merchant.asks('POST', `/payments/${payment}/refunds`, { json: { amount: 1, reason: payload } }), 201);
  const { id: delivery } = await finished(merchant, (await testEndpoint(merchant, endpoint)).id);
  return { payload, payment, endpoint, session, delivery };
}

/** What a first visit may load, in bytes as they are sent. */
const FIRST_LOAD_BYTES = 250_000;

(hasChromium ? describe : describe.skip)('The console (skipped where there is no Chromium)', () => {
  let gateway: Gateway;
  let recorder: WebhookRecorder;
  let browser: Browser;
  const windows: ConsoleWindow[] = [];

  beforeAll(async () => {
    [gateway, recorder, browser] = await Promise.all([
      startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5' }),
      WebhookRecorder.start(),
      chromium.launch({ executablePath: CHROMIUM, args: [LOOPBACK_ONLY] }),
    ]);
  }, 60_000);
  afterAll(async () => {
    for (const window of windows) await window.close();
    await browser.close();
    await gateway.stop();
    await recorder.stop();
  });

  async function opens(
    look?: typeof PHONE,
    of: Gateway = gateway,
  ): Promise<{ readonly merchant: Merchant; readonly window: ConsoleWindow }> {
    const merchant = await Merchant.joins(of);
    const window = await ConsoleWindow.signedIn(browser, merchant, look);
    windows.push(window);
    return { merchant, window };
  }

  const amountOf = ({ page }: ConsoleWindow): Promise<number> => page.locator('tbody tr').count();

  describe('keeps what others wrote as text', () => {
    it('in names, references, metadata, answers of webhooks and everywhere else', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      const made = await Promise.all(PAYLOADS.map((payload) => writeEverywhere(merchant, recorder, payload)));
      await merchant.asks('PATCH', '/users/me', { json: { name: PAYLOADS[0] } });
      const visit = async (path: string): Promise<void> => {
        await window.goto(path);
        await window.settled();
        expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
        expect(await page.locator('iframe, img[src="x"], svg[onload], a[href^="javascript:"]').count()).toBe(0);
      };
      for (const path of [
        '/',
        '/payments',
        '/refunds',
        '/events',
        '/webhooks',
        '/checkout',
        '/logs',
        '/keys',
        '/account',
      ])
        await visit(path);
      for (const { payload, payment, endpoint, delivery, session } of made) {
        await visit(`/payments?search=${encodeURIComponent(payload)}`);
        await visit(`/webhooks/deliveries/${delivery}`);
        await visit(`/payments/${payment}`);
        await page.getByText(payload, { exact: true }).first().waitFor();
        if (payload !== PAYLOADS[1]) continue;
        for (const path of [`/charge?again=${payment}`, `/webhooks/${endpoint}`, `/checkout/${session}`])
          await visit(path);
      }
      window.expectQuiet();
    }, 120_000);

    it('in a link that somebody shared', async () => {
      const { window } = await opens();
      await window.goto(`/login?to=${encodeURIComponent('//evil.example/')}`);
      await window.heading('Home');
      await window.goto(`/payments?status=${encodeURIComponent('<img src=x onerror=pwned=1>')}`);
      await window.page
        .getByRole('alert')
        .getByText(/could not be read/)
        .waitFor();
      expect(await window.page.evaluate('globalThis.pwned')).toBeUndefined();
    });
  });

  describe('keeps the filters of a list', () => {
    it('through reload, back and forward, and in a shared link', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      await Promise.all([merchant.receives(), merchant.receives({ currency: 'EUR' })]);
      await window.goto('/payments');
      await page.getByRole('button', { name: 'Filter by Currency' }).click();
      await page.getByRole('textbox', { name: 'Currency' }).fill('EUR');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('button', { name: 'Filter by Currency: EUR' }).waitFor();
      expect(page.url()).toBe(`${gateway.url}/console/payments?currency=EUR`);
      await eventually(
        'one row',
        () => amountOf(window),
        (rows) => rows === 1,
      );
      await page.reload();
      await window.settled();
      expect(await amountOf(window)).toBe(1);
      await page.locator('tbody a').first().click();
      await page.getByRole('heading', { level: 2, name: 'Amounts' }).waitFor();
      await page.goBack();
      await page.getByRole('button', { name: 'Filter by Currency: EUR' }).waitFor();
      await page.goBack();
      await eventually(
        'both rows',
        () => amountOf(window),
        (rows) => rows === 2,
      );
      await page.goForward();
      await page.getByRole('button', { name: 'Filter by Currency: EUR' }).click();
      await page.getByRole('button', { name: 'Remove' }).click();
      await eventually(
        'both rows',
        () => amountOf(window),
        (rows) => rows === 2,
      );
      window.expectQuiet();
    });

    it('on older and newer pages', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      for (let batch = 0; batch < 6; batch += 1)
        await Promise.all(Array.from({ length: 10 }, () => merchant.charges()));
      await window.goto('/payments?currency=USD');
      await window.settled();
      expect(await amountOf(window)).toBe(50);
      await page.getByRole('button', { name: 'Older' }).click();
      await eventually(
        'the rest',
        () => amountOf(window),
        (rows) => rows === 10,
      );
      expect(new URL(page.url()).searchParams.get('currency')).toBe('USD');
      expect(await page.getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Newer' }).click();
      await eventually(
        'the first page',
        () => amountOf(window),
        (rows) => rows === 50,
      );
      window.expectQuiet();
    });
  });

  describe('is live', () => {
    it('a row changes in its place, and new payments wait at the top of a list that somebody reads', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      const { id } = await merchant.receives();
      await window.goto('/payments');
      await page.locator('tbody').getByText('completed').waitFor();
      await merchant.asks('POST', `/payments/${id}/refunds`, { json: {} });
      await page.locator('tbody').getByText('refunded').waitFor();
      await Promise.all([merchant.charges(), merchant.charges()]);
      await page.getByRole('button', { name: '2 new payments' }).waitFor();
      expect(await amountOf(window)).toBe(1);
      await page.getByRole('button', { name: '2 new payments' }).click();
      await eventually(
        'three rows',
        () => amountOf(window),
        (rows) => rows === 3,
      );
      window.expectQuiet();
    });

    it('an empty list fills by itself', async () => {
      const { merchant, window } = await opens();
      await window.goto('/payments');
      await window.page.getByText('Every payment that is charged stands here').waitFor();
      await merchant.charges({ customerName: 'Ada Lovelace' });
      await window.page.getByText('Ada Lovelace').waitFor();
    });

    it('also if the gateway refused to tell of events at first', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      let refused = 0;
      await page.route('**/api/v1/events?limit=100', (route) => {
        refused += 1;
        return route.fulfill({ status: 503, json: {} });
      });
      await window.goto('/payments');
      await eventually(
        'the refusal',
        () => refused,
        (count) => count >= 2,
      );
      await page.unroute('**/api/v1/events?limit=100');
      const { id } = await merchant.charges({ customerName: 'Ada Lovelace', capture: 'manual' });
      await page.getByText('Ada Lovelace').waitFor();
      await page.locator('tbody').getByText('authorized').waitFor();
      await merchant.asks('POST', `/payments/${id}/void`);
      await page.locator('tbody').getByText('voided').waitFor();
    });

    it('many events wait at the top of their list, and are read once', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      await merchant.receives();
      await window.goto('/events');
      await eventually(
        'the first events',
        () => amountOf(window),
        (rows) => rows === 2,
      );
      let reads = 0;
      page.on('request', (request) => {
        if (request.url().includes('/api/v1/events?limit=50')) reads += 1;
      });
      await Promise.all(Array.from({ length: 15 }, () => merchant.receives()));
      await page.getByRole('button', { name: '30 new events' }).waitFor();
      expect([await amountOf(window), reads]).toEqual([2, 0]);
      await page.getByRole('button', { name: '30 new events' }).click();
      await eventually(
        'all events',
        () => amountOf(window),
        (rows) => rows === 32,
      );
    });

    it('the story of a payment goes on while it is read', async () => {
      const { merchant, window } = await opens();
      const { id } = await merchant.charges({ capture: 'manual' });
      await window.goto(`/payments/${id}`);
      await window.page.getByText('authorized').first().waitFor();
      await merchant.asks('POST', `/payments/${id}/void`);
      await window.page.getByText('From authorized to voided', { exact: false }).waitFor();
      await window.page.getByText('voided').first().waitFor();
    });
  });

  it('says that the gateway is gone, and goes on by itself when it is back', async () => {
    const other = await startGateway({ PAYMENT_PROCESSING_DELAY_MS: '5', PORT: '0' });
    try {
      const { merchant, window } = await opens(undefined, other);
      const { page } = window;
      await merchant.receives({ customerName: 'Ada Lovelace' });
      await window.goto('/payments');
      await page.getByText('Ada Lovelace').waitFor();
      await other.kill9();
      await page.getByText('The gateway does not answer.', { exact: false }).first().waitFor();
      await page.getByText('Ada Lovelace').waitFor();
      await other.restart();
      await page.getByText('The gateway does not answer.', { exact: false }).first().waitFor({ state: 'detached' });
      await merchant.receives({ customerName: 'Grace Hopper' });
      await page.getByRole('button', { name: '1 new payment' }).or(page.getByText('Grace Hopper')).first().waitFor();
    } finally {
      await other.stop();
    }
  }, 60_000);

  describe('works by keyboard', () => {
    it('with j, k and Enter in a list, / for the search, n for a charge, ? for the keys', async () => {
      const { merchant, window } = await opens();
      const { page } = window;
      await merchant.receives({ customerName: 'Ada Lovelace' });
      await merchant.receives({ customerName: 'Grace Hopper' });
      await window.goto('/payments');
      await page.getByText('Ada Lovelace').waitFor();
      for (const key of ['j', 'j', 'k', 'j', 'Enter']) await page.keyboard.press(key);
      await page.getByRole('heading', { level: 2, name: 'Amounts' }).waitFor();
      await page.getByText('Ada Lovelace').first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('Grace');
      await page.keyboard.press('Enter');
      await window.heading('Payments');
      expect(new URL(page.url()).searchParams.get('search')).toBe('Grace');
      await eventually(
        'one row',
        () => amountOf(window),
        (rows) => rows === 1,
      );
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
      await page.keyboard.press('n');
      await window.heading('New charge');
      window.expectQuiet();
    });

    it('on keyboards of other countries, where / needs Shift', async () => {
      const { window } = await opens();
      const { page } = window;
      await page.evaluate(`document.documentElement.dispatchEvent(
        new KeyboardEvent('keydown', { key: '/', code: 'Digit7', shiftKey: true, bubbles: true, cancelable: true }),
      )`);
      await page.locator('input[type="search"]:focus').waitFor();
    });

    it('an id in the search leads to its page', async () => {
      const { merchant, window } = await opens();
      const { id } = await merchant.receives();
      await window.page.keyboard.press('/');
      await window.page.keyboard.type(id);
      await window.page.keyboard.press('Enter');
      await window.page.getByRole('heading', { level: 2, name: 'Amounts' }).waitFor();
    });
  });

  it('shows times in the zone of the viewer, with UTC on hover and focus, and amounts by the rules of their currency', async () => {
    const { merchant, window } = await opens();
    await Promise.all([
      merchant.receives({ paymentAmount: 1234.5, currency: 'USD' }),
      merchant.receives({ paymentAmount: 500, currency: 'JPY' }),
      merchant.receives({ paymentAmount: 1.5, currency: 'KWD' }),
    ]);
    await window.goto('/payments');
    for (const amount of ['1,234.50 USD', '500 JPY', '1.500 KWD']) await window.page.getByText(amount).waitFor();
    const time = window.page.locator('time').first();
    const [at, exact] = [await time.getAttribute('datetime'), await time.getAttribute('data-exact')];
    expect(exact).toMatch(new RegExp(`E[SD]T · ${at ?? '?'}$`));
    await time.focus();
    expect(await window.page.evaluate<string>("getComputedStyle(document.activeElement, '::after').content")).toContain(
      String(at),
    );
  });

  it('has its navigation in a drawer on a phone, and cards in place of tables', async () => {
    const { merchant, window } = await opens(PHONE);
    await merchant.receives({ customerName: 'Ada Lovelace' });
    await window.page.getByRole('button', { name: 'Open the navigation' }).click();
    await window.page.getByRole('dialog').getByRole('link', { name: 'Payments' }).click();
    await window.heading('Payments');
    await window.page.getByText('Ada Lovelace').waitFor();
    expect(await window.page.evaluate("getComputedStyle(document.querySelector('tbody tr')).display")).toBe('block');
    window.expectQuiet();
  });

  it('remembers the colours that were chosen, from the first paint on', async () => {
    const { window } = await opens();
    const scheme = (): Promise<string | null> => window.page.locator('html').getAttribute('data-mantine-color-scheme');
    expect(await scheme()).toBe('light');
    await window.page.getByRole('button', { name: 'Dark colours' }).click();
    await window.page.goto(`${gateway.url}/console/payments`, { waitUntil: 'commit' });
    await eventually('the scheme', scheme, (found) => found === 'dark');
    window.expectQuiet();
  });

  it('shows nothing of an account any more when another tab signed in another one', async () => {
    const { merchant, window } = await opens();
    const { page } = window;
    const account = (name: string | RegExp) => page.getByRole('button', { name });
    await merchant.asks('PATCH', '/users/me', { json: { name: 'The first account' } });
    await page.reload();
    await account('Account: The first account').waitFor();
    const other = await page.context().newPage();
    await other.goto(`${gateway.url}/console/`);
    await other.getByRole('button', { name: /^Account/ }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await other.goto(await consoleLink(await Merchant.joins(gateway)));
    await other.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    // Its stream ended with the session, so it shows the other account, or that nobody is signed in.
    await account(/The first account/).waitFor({ state: 'detached' });
  });

  it('works on with a token that cannot be renewed now, as long as it is worth something', async () => {
    const merchant = await Merchant.joins(gateway);
    const window = await ConsoleWindow.open(browser, gateway);
    windows.push(window);
    const { page } = window;
    await page.clock.install();
    await page.goto(await consoleLink(merchant));
    await window.heading('Home');
    await page.route('**/console/session', (route) => route.fulfill({ status: 503, json: {} }));
    await page.clock.fastForward(0.9 * 7_200_000);
    await page.getByRole('link', { name: 'Refunds' }).click();
    await window.heading('Refunds');
    await window.settled();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('shows what it does not know as it was sent: currencies, times and kinds of a newer gateway', async () => {
    const { merchant, window } = await opens();
    const { page } = window;
    const { id } = await merchant.receives({ customerName: 'Ada Lovelace' });
    await page.route('**/api/v1/**', async (route) => {
      if (new URL(route.request().url()).pathname.endsWith('/stream')) return route.continue();
      const text = await (await route.fetch()).text();
      return route.fulfill({
        headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
        body: text
          .replaceAll('"currency":"USD"', '"currency":"??"')
          .replaceAll(/"(createdAt|at|start|now)":"[^"]*"/g, '"$1":"soon"')
          .replaceAll(/"(kind|status)":"[^"]*"/g, '"$1":"brand_new"'),
      });
    });
    for (const path of ['/', '/payments', `/payments/${id}`, '/events']) {
      await window.goto(path);
      await window.settled();
      expect(await page.getByText('could not be shown', { exact: false }).count()).toBe(0);
    }
    await window.goto(`/payments/${id}`);
    await page.getByText('brand new').first().waitFor();
    await page.getByText('soon').first().waitFor();
    // What is asked behind is answered before the window closes.
    await page.unrouteAll({ behavior: 'wait' });
  });

  it('never turns white: what its frame cannot show is said', async () => {
    const { window } = await opens();
    await window.page.route('**/api/v1/clock', (route) =>
      route.fulfill({ headers: { 'x-request-id': 'req_1' }, json: { kind: 'virtual', now: {} } }),
    );
    await window.page.reload();
    await window.page.getByText('could not be shown', { exact: false }).waitFor();
    await window.page.getByRole('button', { name: 'Load the page again' }).waitFor();
  });

  it.each([DESKTOP, PHONE])('has room for texts without a space, on %o', async (look) => {
    const { merchant, window } = await opens(look);
    const { page } = window;
    const long = 'W'.repeat(100);
    await merchant.asks('PATCH', '/users/me', { json: { name: long } });
    const payment = await merchant.receives({
      customerName: long,
      details: long,
      orderReference: long,
      metadata: { [long.slice(0, 40)]: long },
    });
    const { id } = bodyOf(
      await merchant.asks<{ id: string }>('POST', '/checkout/sessions', {
        json: {
          amount: 1,
          currency: 'USD',
          lineItems: [{ name: long, amount: 1, quantity: 1 }],
          successUrl: `http://127.0.0.1:4000/${long}`,
          cancelUrl: 'http://127.0.0.1:4000/cart',
        },
      }),
      201,
    );
    for (const path of ['/', '/payments', `/payments/${payment.id}`, `/checkout/${id}`, '/keys', '/account']) {
      await window.goto(path);
      await window.settled();
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, look.width]);
    }
  });

  it('shows nobody what belongs to another', async () => {
    const [{ merchant }, { window }] = [await opens(), await opens()];
    const { id } = await merchant.receives();
    await window.goto(`/payments/${id}`);
    await window.heading('There is no such page');
  });

  describe('its files', () => {
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      send('GET', `${gateway.url}${path}`, { headers });

    it('are compressed, kept for good, and named after what is in them; the page itself is asked for anew', async () => {
      const page = await get('/console/payments');
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self'/);
      const [script = ''] = /\/console\/assets\/index-[\w-]+\.js/.exec(page.text) ?? [];
      const file = await get(script, { 'accept-encoding': 'gzip' });
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toContain('immutable');
      expect(file.headers.get('content-encoding')).toBe('gzip');
      const etag = page.headers.get('etag') ?? '';
      expect((await get('/console/payments', { 'if-none-match': etag })).status).toBe(304);
    });

    it('that are not there are 404, not a page in their place', async () => {
      expect((await get('/console/assets/index-0.js')).status).toBe(404);
      expect((await get('/console/..%2f..%2fpackage.json')).status).toBe(404);
      expect((await get('/console')).status).toBe(302);
    });

    it.each([
      ['by a visitor', (): Promise<string> => Promise.resolve(`${gateway.url}/console/payments`), 'Sign in'],
      ['by a link', async (): Promise<string> => consoleLink(await Merchant.joins(gateway)), 'Home'],
    ])('of a first visit %s are at most 250 kB until the page can be used', async (_visit, address, title) => {
      const window = await ConsoleWindow.open(browser, gateway);
      windows.push(window);
      const files = new Set<string>();
      window.page.on('requestfinished', (request) => {
        if (!request.url().includes('/api/')) files.add(request.url().replace(/#.*/, ''));
      });
      await window.page.goto(await address());
      await window.heading(title);
      const sizes = await Promise.all(
        [...files].map(async (file) => {
          const { headers } = await send('GET', file, { headers: { 'accept-encoding': 'gzip' } });
          return Number(headers.get('content-length'));
        }),
      );
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
    });
  });
});
