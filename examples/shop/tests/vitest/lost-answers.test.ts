import { expect, test } from './test.ts';

test('a lost answer after the charge: the shop asks again with the same key, and charges once', async ({
  shop,
  site,
}) => {
  const { id } = await shop.faults.add({
    match: { operation: 'charge' },
    when: 'after',
    effect: { type: 'reset' },
  });
  const order = await site.buy();
  expect(await site.read(order)).toContain('Thank you!');

  // What really happened: the first request did it, and the second one was recognized.
  const { hits } = await shop.faults.get(id);
  expect(hits).toMatchObject([{ moneyMoved: true, idempotencyKey: `order-${order}-1`, repeatedWith: 'same_key' }]);
  expect((await shop.client.payments.list()).data).toMatchObject([{ id: hits[0]?.objectId, orderReference: order }]);
  expect(await shop.client.doubleCharges.list()).toEqual([]);
});

const testInVirtualTime = test.extend({ sandboxOptions: { clock: { now: '2026-01-31T09:00:00Z' } } });

testInVirtualTime('no answer at all: the webhook tells what became of it', async ({ shop, site }) => {
  await shop.faults.add({ match: { operation: 'charge' }, when: 'after', effect: { type: 'reset' }, times: null });
  await shop.faults.add({ match: { event: '*' }, effect: { type: 'delay', ms: 60_000 }, times: null });
  const order = await site.buy();
  expect(await site.read(order)).toContain('We have not heard from your bank yet.');

  await shop.clock.advance('1m');
  expect(await site.read(order)).toContain('Thank you!');

  // The customer, who still has the old page, tries again.
  await site.press(order, 'pay', { card: 'pm_card_visa' });
  expect((await shop.client.payments.list()).data).toHaveLength(1);
  expect(await shop.client.doubleCharges.list()).toEqual([]);
});

test('no answer to the second card: the shop waits for it, and takes no third one meanwhile', async ({
  shop,
  site,
}) => {
  const order = await site.buy({ card: 'pm_card_chargeDeclinedInsufficientFunds' });
  await shop.faults.add({ match: { operation: 'charge' }, effect: { type: 'reset' }, times: null });
  await site.press(order, 'pay', { card: 'pm_card_visa' });
  expect(await site.read(order)).toContain('We have not heard from your bank yet.');

  await shop.faults.clear();
  await site.press(order, 'pay', { card: 'pm_card_authenticationRequired' });
  expect(await site.read(order)).toContain('Thank you!');
  const { data } = await shop.client.payments.list({ orderReference: order });
  expect(data.map(({ status }) => status)).toEqual(['authorized', 'failed']);
});
