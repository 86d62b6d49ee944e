import { describe, expect, test } from './test.ts';

test('the webhook handler is certified', async ({ shop, site }) => {
  const certification = await shop.client.certifications.run({
    url: site.webhooksUrl,
    stateUrl: site.stateUrl,
    secret: shop.webhooks.secret,
  });
  expect(certification.checks.filter(({ passed }) => passed !== true)).toEqual([]);
  expect(certification.score).toBe(100);
});

test('a webhook that comes twice sends one mail', async ({ shop, site }) => {
  await shop.faults.add({ match: { event: 'payment.completed' }, effect: { type: 'duplicate', count: 3 } });
  const order = await site.buy();
  await site.press(order, 'ship');
  const { data } = await shop.webhooks.next('payment.completed');
  await shop.webhooks.next('payment.completed');
  await shop.webhooks.next('payment.completed');
  const effects = await fetch(`${site.stateUrl}?id=${data.id}`);
  expect(await effects.json()).toEqual({ status: 'completed', mails: ['Your order is on its way'] });
});

test('a forged webhook is refused', async ({ shop, site }) => {
  await shop.faults.add({ match: { event: 'payment.authorized' }, effect: { type: 'bad_signature' } });
  await site.buy();
  await expect.poll(() => shop.webhooks.rejected).toMatchObject([{ answered: 400 }]);
});

describe.concurrent('100 tests at the same time do not see each other', () => {
  test.for(Array.from({ length: 100 }, (_, index) => index + 1))('test %i', async (index, { shop, site, expect }) => {
    const order = await site.buy({ customer: `Customer ${index}` });
    const { data } = await shop.webhooks.next('payment.authorized');
    expect(data).toMatchObject({ orderReference: order, customerName: `Customer ${index}` });
    expect((await shop.client.payments.list()).data).toHaveLength(1);
    for (const webhook of shop.webhooks.received) expect(webhook.data).toMatchObject({ id: data.id });
  });
});
