import { expect, test as realTime } from './test.ts';

/** The clock of these accounts stands still until the test moves it. */
const test = realTime.extend({ sandboxOptions: { clock: { now: '2026-01-31T09:00:00Z' } } });

test('an authorization expires after 7 days', async ({ shop, site }) => {
  const order = await site.buy();
  await shop.clock.advance('6d');
  expect(await site.read(order)).toContain('You are charged when it leaves.');

  // Comes back when all that is due was done, webhooks included.
  await shop.clock.advance('1d');
  expect(await site.read(order)).toContain('because we did not ship in time');
  await shop.webhooks.next('payment.voided');

  await site.press(order, 'pay', { card: 'pm_card_visa' });
  expect(await site.read(order)).toContain('Thank you!');
});

test('a webhook that fails comes again, until the shop has it', async ({ shop, site }) => {
  const order = await site.buy({ card: 'pm_card_authenticationRequired' });
  const { data: payment } = await shop.webhooks.next('payment.requires_action');

  shop.webhooks.failNext(2);
  await shop.client.payments.authenticate(payment.id, { result: 'succeeded' });
  // The second and the third attempt come after 5 seconds and 5 minutes.
  await shop.clock.advance('10m');
  const attempts = shop.webhooks.received.filter(({ type }) => type === 'payment.authorized');
  expect(attempts.map(({ answered }) => answered)).toEqual([500, 500, 204]);
  expect(new Set(attempts.map(({ webhookId }) => webhookId)).size).toBe(1);
  expect(await site.read(order)).toContain('Thank you!');
});
