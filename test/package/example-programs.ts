/** What programs do with the package: `(client, fixtures, everything) => Promise<void>`, in JavaScript. */
const USE = `
const gateway = await fixtures.startGateway();
const shop = await gateway.sandbox({ seed: 'cart' });
const client = createClient({ url: gateway.url, apiKey: shop.apiKey });
const { id } = await client.payments.charge({ customerName: 'Ada', paymentAmount: 5, currency: 'USD' }, { wait: 10 });
const { type, data } = await shop.webhooks.next('payment.completed');
if (data.id !== id) throw new Error(type + ' of ' + data.id);
if (typeof everything.startGateway !== 'function' || typeof everything.createClient !== 'function')
  throw new Error('The main entry lacks something.');
console.log(JSON.stringify({ url: gateway.url, status: data.status }));
if (process.argv[2] === 'stops') {
  await shop.dispose();
  await gateway.stop();
}`;

/** Programs that charge, and print where the gateway was. They stop it if their argument says so, or just end. */
export const PROGRAMS = {
  'program.mjs': `import { createClient } from 'mock-payment-gateway/client';
import * as fixtures from 'mock-payment-gateway/testing';
import * as everything from 'mock-payment-gateway';
${USE}`,
  'program.cjs': `const { createClient } = require('mock-payment-gateway/client');
const fixtures = require('mock-payment-gateway/testing');
const everything = require('mock-payment-gateway');
void (async () => {${USE}
})();`,
};

/** Uses types of every entry that both kinds of modules have. */
const TYPES = `
import { createClient, GatewayError, type Payment, verifyWebhook } from 'mock-payment-gateway/client';
import { startGateway, type TestSandbox } from 'mock-payment-gateway/testing';
import { useGateway } from 'mock-payment-gateway/testing/jest';
import { test as browserTest } from 'mock-payment-gateway/testing/playwright';
import { createClient as sameClient, startGateway as sameStart } from 'mock-payment-gateway';

export const client = createClient({ url: 'http://127.0.0.1:3000', apiKey: process.env.KEY });
export const clients: (typeof createClient)[] = [createClient, sameClient];
export const starts: (typeof startGateway)[] = [startGateway, sameStart];
export const { shop } = useGateway({ clock: { now: new Date() } });

browserTest('pays', async ({ page, shop }) => {
  await page.goto(shop.url);
});

export async function captured(account: TestSandbox): Promise<number> {
  const payment: Payment = await client.payments.capture('txn_1', {}, { idempotencyKey: 'key', wait: 10 });
  // The type of an event says what its data are.
  const webhook = await account.webhooks.next('payment.completed');
  const event = await account.event('refund.completed', { of: payment });
  const received = verifyWebhook(webhook.rawBody, webhook.headers, account.webhooks.secret);
  if (received.type === 'payment.completed') return received.data.amountCaptured;
  // @ts-expect-error The data of a refund have no captured amount.
  void event.data.amountCaptured;
  for await (const { id } of client.payments.list({ status: 'completed' })) console.log(id);
  return webhook.data.amountCaptured;
}

export const code = (error: unknown): string => (error instanceof GatewayError ? error.code : 'other');
`;

export const TYPE_PROGRAMS = {
  'types.mts': `${TYPES}
import { test } from 'mock-payment-gateway/testing/vitest';

test.extend({ sandboxOptions: { seed: 'cart' } })('charges', async ({ shop, gateway }) => {
  const other: TestSandbox = await gateway.sandbox();
  await captured(shop.id === '' ? other : shop);
});
`,
  'types.cts': TYPES,
};

/** Tests of a project that has no ES modules. */
export const COMMONJS_TEST = `
const { useGateway } = require('mock-payment-gateway/testing/jest');
const { shop } = useGateway();
test('charges', async () => {
  await shop.client.payments.charge({ customerName: 'Ada', paymentAmount: 5, currency: 'USD' });
  const { data } = await shop.webhooks.next('payment.completed');
  expect(data.amountCaptured).toBe(5);
});
`;
