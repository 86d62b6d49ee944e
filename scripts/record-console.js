// Writes the screenshots of the README to docs/screens/: a gateway with some payments, in the installed Chromium. Run by
// hand after the console changed: node scripts/record-console.js
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createClient } from '../dist/client/index.js';

const SCREENS = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const SERVER = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SIZE = { width: 1280, height: 800 };

const CUSTOMERS = ['Jenny Rosen', 'Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Mary Jackson', 'Katherine Johnson'];
const CARDS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_visa',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_visa',
  'pm_card_authenticationRequired',
  'pm_card_visa',
  'pm_card_chargeDeclined',
];

const data = mkdtempSync(join(tmpdir(), 'screens-'));
const server = spawn(process.execPath, [SERVER], {
  env: {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    PORT: '0',
    DATA_DIR: data,
    ENV_FILE: 'off',
    PAYMENT_PROCESSING_DELAY_MS: '0',
  },
});
let printed = '';
server.stdout.on('data', (chunk) => (printed += String(chunk)));
const browser = await chromium.launch({ executablePath: CHROMIUM });
try {
  while (!printed.includes('/api/v1')) await new Promise((resolve) => setTimeout(resolve, 50));
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
  const clock = { now: new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 22 * 3_600_000).toISOString() };
  const sandbox = await createClient({ url }).sandboxes.create({ clock, seed: 'screens', name: 'Tea shop' });
  const client = createClient({ url, apiKey: sandbox.apiKey });
  const shown = await live(client);
  await record(url, sandbox.consoleUrl, shown);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}

/** A day of a shop. */
async function live(client) {
  await client.webhookEndpoints.create({ url: 'http://127.0.0.1:9/webhooks', description: 'Orders' });
  let count = 0;
  for (let hour = 0; hour < 22; hour++) {
    for (let each = 0; each <= (hour * 7) % 5; each++, count++) {
      const payment = await client.payments.charge({
        customerName: CUSTOMERS[count % CUSTOMERS.length],
        paymentAmount: (950 + ((count * 1733) % 9000)) / 100,
        currency: 'USD',
        orderReference: `order-${1000 + count}`,
        paymentMethod: CARDS[count % CARDS.length],
        ...(count % 9 === 4 && { capture: 'manual' }),
      });
      if (count % 11 === 0)
        await client.payments.refund(payment.id, { amount: 5, reason: 'damaged' }).catch(() => null);
    }
    await client.clock.advance('1h');
  }
  const challenged = await client.payments.charge({
    customerName: 'Jenny Rosen',
    paymentAmount: 19.99,
    currency: 'USD',
    orderReference: 'order-2000',
    capture: 'manual',
    metadata: { cart: '17' },
  });
  await client.clock.advance('1s');
  await client.payments.capture(challenged.id, { amount: 12.5 });
  const { data: deliveries } = await client.webhookDeliveries.list({ limit: 1 });
  const session = await client.checkoutSessions.create({
    amount: 34.5,
    currency: 'USD',
    lineItems: [
      { name: 'Green tea, 100 g', amount: 12.25, quantity: 2 },
      { name: 'Tea pot', amount: 10, quantity: 1 },
    ],
    successUrl: 'http://127.0.0.1:4000/done',
    cancelUrl: 'http://127.0.0.1:4000/cart',
  });
  return { payment: challenged.id, delivery: deliveries[0]?.id, checkout: session.url };
}

async function record(url, consoleUrl, { payment, delivery, checkout }) {
  const pages = [
    ['console-home', '/', 'light'],
    ['console-payments', '/payments', 'light'],
    ['console-payment', `/payments/${payment}`, 'light'],
    ['console-delivery', `/webhooks/deliveries/${delivery}`, 'dark'],
    ['console-charge', '/charge', 'dark'],
    ['console-sandbox', '/sandbox', 'light'],
  ];
  const context = await browser.newContext({
    viewport: SIZE,
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  await page.goto(consoleUrl);
  await page.getByRole('button', { name: /^Account/ }).waitFor();
  for (const [name, path, colorScheme] of pages) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}/console${path}`);
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(SCREENS, `${name}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(checkout);
  await page.screenshot({ path: join(SCREENS, 'checkout.png') });
}
