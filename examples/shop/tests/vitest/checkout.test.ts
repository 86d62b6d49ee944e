import { randomUUID } from 'node:crypto';
import { expect, test } from './test.ts';

test('the customer is charged when the parcel leaves', async ({ shop, site }) => {
  const order = await site.buy({ article: 'teapot' });
  expect(await site.read(order)).toContain('You are charged when it leaves.');
  const { data: authorized } = await shop.webhooks.next('payment.authorized');
  expect(authorized).toMatchObject({ orderReference: order, amount: 39, amountCaptured: 0 });

  await site.press(order, 'ship');
  expect(await site.read(order)).toContain('on its way, and paid');
  const { data: completed } = await shop.webhooks.next('payment.completed');
  expect(completed).toMatchObject({ id: authorized.id, amountCaptured: 39 });
});

test('a declined customer reads why, and pays with another card', async ({ shop, site }) => {
  const order = await site.buy({ card: 'pm_card_chargeDeclinedInsufficientFunds' });
  expect(await site.read(order)).toMatch(/declined the payment.*insufficient funds/i);

  await site.press(order, 'pay', { card: 'pm_card_visa' });
  expect(await site.read(order)).toContain('Thank you!');
  const { data } = await shop.client.payments.list({ orderReference: order });
  expect(data.map(({ status }) => status)).toEqual(['authorized', 'failed']);
});

test('a double click is one order', async ({ shop, site }) => {
  const id = randomUUID();
  await Promise.all([site.buy({ id }), site.buy({ id })]);
  expect((await shop.client.payments.list()).data).toHaveLength(1);
});

test('a returned order is refunded', async ({ shop, site }) => {
  const order = await site.buy();
  await site.press(order, 'ship');
  await site.press(order, 'refund');
  expect(await site.read(order)).toContain('You have your money back.');
  const { data: refund } = await shop.webhooks.next('refund.completed');
  expect(refund).toMatchObject({ amount: 14.5, orderReference: order });
});

test('a parcel is paid for and refunded once, however often a button is pressed', async ({ shop, site }) => {
  const order = await site.buy();
  for (const button of ['ship', 'refund'] as const) await Promise.all([1, 2, 3].map(() => site.press(order, button)));
  const [payment] = (await shop.client.payments.list()).data;
  expect(payment).toMatchObject({ status: 'refunded', amountCaptured: 14.5, amountRefunded: 14.5 });
  expect((await shop.client.refunds.list()).data).toHaveLength(1);
});
